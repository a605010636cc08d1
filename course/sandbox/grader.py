"""Submissions in, verdicts out, whatever the submissions do: the parent side of judging."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from course.catalog import Catalog, Entry
from course.criteria import GradingBroken
from course.sandbox.death import Death
from course.sandbox.limits import Limits
from course.sandbox.pending import Pending
from course.sandbox.process import Process
from course.verdict import Verdict

Submission = tuple[Entry, Path]


class Grader(AbstractContextManager["Grader"]):
    """
    Judges submissions in a child process that has imported everything before it is needed.

    `keep_warm` starts the next child as soon as a job is done, so that the one after is answered at
    once. One job at a time; another thread may `cancel()` it. Leaving the context, or an exception
    such as KeyboardInterrupt inside `grade`, leaves no process behind.
    """

    def __init__(self, catalog: Catalog, *, keep_warm: bool = True, limits: Limits | None = None) -> None:
        self.catalog = catalog
        self.keep_warm = keep_warm
        self.limits = limits or Limits()
        self._spare: Process | None = None
        self._working: Process | None = None
        self._cancelled = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> "Grader":
        self.warm_up()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for process in (self._spare, self._working):
            if process is not None:
                process.close()
        self._spare = self._working = None

    def warm_up(self) -> None:
        """Start the spare child unless there is one that still waits."""
        if self._spare is not None and self._spare.returncode is not None:
            self._spare.close()
            self._spare = None
        if self._spare is None:
            self._spare = Process(self.catalog.root)

    def cancel(self) -> None:
        """End the job that another thread is reading: its verdicts stop where they are."""
        self._cancelled.set()
        if (working := self._working) is not None:
            working.kill()

    def grade(self, submissions: Sequence[Submission], *, live: bool = True) -> Iterator[Verdict]:
        """
        Verdicts as they are reached: submission by submission, criterion by criterion.

        A submission that takes its process down fails the criterion it was in, and judging goes on in
        a new process with what is left. Raises GradingBroken when the course is at fault.
        """
        for _, verdict in self.grade_each(submissions, live=live):
            yield verdict

    def grade_each(self, submissions: Sequence[Submission], *, live: bool = True) -> Iterator[tuple[int, Verdict]]:
        """As `grade`, with the position of the submission: for several answers to one exercise."""
        with self._lock:
            self._cancelled.clear()
            left = [Pending(place, entry, path) for place, (entry, path) in enumerate(submissions)]
            while left := [pending for pending in left if not pending.done]:
                yield from self._in_one_process(left, live)
            if self.keep_warm:
                self.warm_up()

    def _in_one_process(self, left: list[Pending], live: bool) -> Iterator[tuple[int, Verdict]]:
        """Ask a fresh child for all that is left; hand on what it answers, or what it died of."""
        self.warm_up()
        process, self._spare = self._spare, None
        assert process is not None
        self._working = process
        ready, ended, current, criterion = False, False, left[0], None
        try:
            submissions = [pending.job() for pending in left]
            process.ask({"submissions": submissions, "live": live, "limits": asdict(self.limits)})
            for record in process.records():
                match record["type"]:
                    case "ready":
                        ready = True
                    case "start":
                        current, criterion = left[record["submission"]], None
                    case "criterion":
                        criterion = record["criterion"]
                    case "verdict":
                        verdict = Verdict.from_json(record["verdict"])
                        current.answered(verdict)
                        yield current.place, verdict
                    case "broken":
                        raise GradingBroken(f"{current.entry.id}, {self.catalog.shown(current.path)}\n{record['text']}")
                    case "end":
                        ended = True
            if ended or self._cancelled.is_set():
                for pending in left:
                    pending.drop()
            elif not ready:
                raise GradingBroken(process.output() or "The judging process did not start.")
            elif not current.done:
                for verdict in current.died(self.catalog, criterion, _death(process)):
                    yield current.place, verdict
        finally:
            self._working = None
            process.close()


def _death(process: Process) -> Death:
    return Death(process.returncode or 0, process.stack(), process.output(), process.hung)
