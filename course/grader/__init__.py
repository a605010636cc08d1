"""What a grader is written with, and what judges by it."""

from pathlib import Path

from waterclock.expectations import Unmet, chunk, event, expect, item, line, ping, seconds

from course.criteria import Criterion
from course.grader.criterion import criteria_of, criterion
from course.grader.endings import AS_IF, cancelled, closed_after_one
from course.grader.exercise import Exercise
from course.grader.file_reads import FileReads, file_reads
from course.grader.judge import BrokenGrader, Judgement, judge
from course.grader.neighbour import Neighbour
from course.grader.probes import naps
from course.grader.stand_in import StandIn, on_the_loop
from course.grader.story import matching
from waterclock import frames

__all__ = [
    "AS_IF",
    "BrokenGrader",
    "Criterion",
    "Exercise",
    "FileReads",
    "Judgement",
    "Neighbour",
    "StandIn",
    "Unmet",
    "cancelled",
    "chunk",
    "closed_after_one",
    "criteria_of",
    "criterion",
    "event",
    "expect",
    "file_reads",
    "item",
    "judge",
    "line",
    "matching",
    "naps",
    "on_the_loop",
    "ping",
    "seconds",
]

# The course's own code is never the learner's.
frames.others.append(str(Path(__file__).resolve().parents[1]))
