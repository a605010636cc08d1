"""Several submissions judged side by side, and their verdicts handed out in order."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from pathlib import Path

from course.catalog import Catalog, Entry
from course.criteria import GradingBroken
from course.sandbox.limits import Limits
from course.sandbox.pending import Pending
from course.sandbox.process import Process
from course.sandbox.starts import Starts
from course.verdict import Verdict

Submission = tuple[Entry, Path]


class Job:
    """
    What one call of `Grader.grade` asked for. The files are read when it is made: what is saved later is not judged.

    `cancel` may come from any thread, and before the first verdict was asked for; the verdicts stop where they are.
    """

    def __init__(
        self, catalog: Catalog, starts: Starts, submissions: Sequence[Submission], live: bool, limits: Limits
    ) -> None:
        self._starts, self._live, self._limits = starts, live, limits
        self._submissions = [Pending(catalog, entry, path) for entry, path in submissions]
        self._tasks: list[Future[None]] = []
        self._working: set[Process] = set()
        self._lock = threading.Lock()
        self._cancelled = False

    def run(self, pool: Executor, done: Callable[[], None]) -> Iterator[Iterator[Verdict]]:
        """
        For each submission the verdicts on it, as they are reached. `done` is called after the last.

        Raises GradingBroken at the end, when the rest has been judged, if the course failed at some of them.
        """
        try:
            self._tasks = [pool.submit(self._judge, pending) for pending in self._submissions]
            for pending in self._submissions:
                yield pending.verdicts()
            done()
        finally:
            self.cancel()
            wait(self._tasks)
        faults = [pending.fault for pending in self._submissions if pending.fault is not None]
        if faults:
            raise GradingBroken("\n\n".join(faults))

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            for process in self._working:
                process.end()

    def _judge(self, pending: Pending) -> None:
        error: BaseException | None = None
        try:
            while not pending.done and not self._cancelled:
                self._in_one_process(pending)
        except BaseException as raised:
            error = raised
        finally:
            pending.end(error)

    def _in_one_process(self, pending: Pending) -> None:
        """Have a new process judge what has no verdict yet; note what it says, or what it died of."""
        process = self._starts.start()
        with self._lock:
            self._working.add(process)
            if self._cancelled:
                process.end()
        ready, criterion = False, None
        try:
            process.ask(pending.task(self._live, self._limits))
            for record in process.records():
                match record:
                    case {"type": "ready"}:
                        ready = True
                    case {"type": "criterion", "criterion": criterion}:
                        pass
                    case {"type": "verdict", "verdict": verdict}:
                        pending.answered(Verdict.from_json(verdict))
                    case {"type": "stumbled", "criterion": name, "text": text}:
                        pending.stumbled(name, text)
                    case {"type": "broken", "text": text}:
                        pending.gave_up(text)
            if self._cancelled or pending.done:
                return
            if not ready:
                pending.gave_up(self._starts.trouble() or "The judging process did not start.")
            else:
                pending.died(criterion, process.death)
        finally:
            with self._lock:
                self._working.discard(process)
            process.close()
