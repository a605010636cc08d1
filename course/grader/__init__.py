"""What a grader is written with, and what judges by it."""

from pathlib import Path

from waterclock.expectations import Unmet, chunk, event, expect, item, line, ping, seconds

from course.criteria import Criterion
from course.grader.criterion import criteria_of, criterion
from course.grader.exercise import Exercise
from course.grader.judge import BrokenGrader, Judgement, judge
from waterclock import frames

__all__ = [
    "BrokenGrader",
    "Criterion",
    "Exercise",
    "Judgement",
    "Unmet",
    "chunk",
    "criteria_of",
    "criterion",
    "event",
    "expect",
    "item",
    "judge",
    "line",
    "ping",
    "seconds",
]

# The course's own code is never the learner's.
frames.others.append(str(Path(__file__).resolve().parents[1]))
