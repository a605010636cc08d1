"""Judging in a process of its own: whatever a submission does to Python, the learner gets a verdict."""

from course.sandbox.grader import Grader

__all__ = ["Grader"]
