"""What arrived, and when: as text, SVG and JSON from one record."""

from course.timeline.record import TOLERANCE, Mark, State, Timeline, diff, same_time
from course.timeline.svg import svg
from course.timeline.text import alike, draw
from course.timeline.words import words

__all__ = ["TOLERANCE", "Mark", "State", "Timeline", "alike", "diff", "draw", "same_time", "svg", "words"]
