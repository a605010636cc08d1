"""What arrived, and when: as text, SVG and JSON from one record."""

from waterclock.timeline.record import TOLERANCE, Mark, State, Timeline, same_time
from waterclock.timeline.svg import svg
from waterclock.timeline.text import alike, draw
from waterclock.timeline.words import words

__all__ = ["TOLERANCE", "Mark", "State", "Timeline", "alike", "draw", "same_time", "svg", "words"]
