"""What a grader is written with, and what judges by it."""

from course.expect import Unmet, chunk, event, expect, item, line, ping, seconds
from course.grader.criterion import Criterion, criteria_of, criterion
from course.grader.exercise import Exercise
from course.grader.judge import BrokenGrader, Judgement, judge

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
