"""Judging in a process of its own: whatever a submission does to Python, the learner gets a verdict."""

from course.grading.grader import Grader
from course.grading.outline import Criterion, GradingBroken, criteria
from course.grading.progress import Progress
from course.grading.reports import report, unjudged

__all__ = ["Criterion", "Grader", "GradingBroken", "Progress", "criteria", "report", "unjudged"]
