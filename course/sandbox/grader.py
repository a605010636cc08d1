"""Submissions in, verdicts out, whatever the submissions do: the parent side of judging."""

import os
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from types import TracebackType

from course.catalog import Catalog
from course.criteria import GradingBroken
from course.sandbox.job import Job, Submission
from course.sandbox.limits import Limits
from course.sandbox.starts import Forks, Spawns, Starts
from course.verdict import Verdict

__all__ = ["Grader", "Submission"]

MOST = 8  # submissions at once, if nobody says how many


class Grader(AbstractContextManager["Grader"]):
    """
    Judges each submission in a process of its own, forked from one that has imported everything before it is needed.

    `jobs`: how many are judged side by side; as many as there are processors if nothing is said. `fork`: False starts
    a new process for each, as where there is no fork; `keep_warm` then starts the next one as soon as a job is done.
    Another thread may `cancel()`. Leaving the context, or an exception such as KeyboardInterrupt inside `grade`, leaves
    no process behind.
    """

    def __init__(
        self,
        catalog: Catalog,
        *,
        keep_warm: bool = True,
        limits: Limits | None = None,
        jobs: int | None = None,
        fork: bool = hasattr(os, "fork"),
    ) -> None:
        self.catalog = catalog
        self.keep_warm = keep_warm
        self.limits = limits or Limits()
        self._starts: Starts = Forks(catalog.root) if fork else Spawns(catalog.root)
        self._pool = ThreadPoolExecutor(jobs or min(_processors(), MOST), thread_name_prefix="course: judge")
        self._jobs: weakref.WeakSet[Job] = weakref.WeakSet()

    def __enter__(self) -> "Grader":
        self.warm_up()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.cancel()
        self._pool.shutdown()
        self._starts.close()

    def warm_up(self) -> None:
        """Have a process ready for the next job."""
        self._starts.warm_up()

    def trouble(self) -> str | None:
        """What keeps judging processes from starting, as they print it; None when they do start."""
        process = self._starts.start()
        ready = next(process.records(), None)
        process.close()
        return None if ready else self._starts.trouble().strip() or "no reason given"

    def cancel(self) -> None:
        """End all that was asked for so far: verdicts stop where they are."""
        for job in list(self._jobs):
            job.cancel()

    def grade(self, submissions: Sequence[Submission], *, live: bool = True) -> Iterator[Verdict]:
        """
        Verdicts as they are reached: submission by submission, criterion by criterion.

        The files are read now, and every verdict carries the digest of what was read. A submission that takes its
        process down fails the criterion it was in, and is judged on in a new one. Raises GradingBroken at the end, when
        all others have been judged, if the course is at fault; what it could not judge is `not checked`.
        """
        return (verdict for _, verdict in self.grade_each(submissions, live=live))

    def grade_each(self, submissions: Sequence[Submission], *, live: bool = True) -> Iterator[tuple[int, Verdict]]:
        """As `grade`, with the position of the submission: for several answers to one exercise."""
        return _placed(self.grade_apart(submissions, live=live))

    def grade_apart(self, submissions: Sequence[Submission], *, live: bool = True) -> Iterator[Iterator[Verdict]]:
        """As `grade`, with an iterator for each submission: each raises GradingBroken for itself, at its end."""
        job = Job(self.catalog, self._starts, submissions, live, self.limits)
        self._jobs.add(job)
        return job.run(self._pool, self._done)

    def _done(self) -> None:
        if self.keep_warm:
            self.warm_up()


def _placed(apart: Iterator[Iterator[Verdict]]) -> Iterator[tuple[int, Verdict]]:
    for place, verdicts in enumerate(apart):
        with suppress(GradingBroken):  # It is told at the end, with the others.
            for verdict in verdicts:
                yield place, verdict


def _processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
