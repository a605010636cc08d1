"""What is still to be judged of one submission, whatever happened so far."""

import hashlib
import queue
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from course.catalog import Catalog, Entry
from course.criteria import Criterion, GradingBroken, criteria
from course.sandbox.death import Death, stumbled, verdict_of
from course.sandbox.limits import Limits
from course.sandbox.task import Task
from course.verdict import Verdict

UNREADABLE = "The grader can be read."
GIVEN_UP = "the course itself failed while it judged; your code is not the cause"


class Pending:
    """
    A submission, as its file is when this is made, and the criteria that have no verdict yet, in the grader's order.

    Verdicts are put in by the thread that has it judged, and taken out by another one.
    """

    def __init__(self, catalog: Catalog, entry: Entry, path: Path) -> None:
        self.entry = entry
        self.path = path
        self.fault: str | None = None
        """What the course did wrong, when it was the course."""
        self._catalog = catalog
        self._text = _text(path)
        self._digest = hashlib.sha256(self._text).hexdigest() if self._text is not None else ""
        self._verdicts: queue.SimpleQueue[Verdict | BaseException | None] = queue.SimpleQueue()
        self._passed: list[str] = []
        self._not_passed: set[str] = set()
        self._deaths: set[tuple[int | None, bool]] = set()
        try:
            self._waiting = list(criteria(entry.grader))
        except GradingBroken as broken:
            self._waiting = [Criterion(entry.grader.stem, UNREADABLE)]
            self.gave_up(str(broken))
        self._sentences = {criterion.name: criterion.sentence for criterion in self._waiting}

    @property
    def done(self) -> bool:
        return not self._waiting

    def task(self, live: bool, limits: Limits) -> Task:
        """What the child is asked: what has no verdict yet, and on what it may build."""
        only = tuple(criterion.name for criterion in self._waiting)
        return Task(self.entry, self.path, self._text, only, tuple(self._passed), live, limits)

    def answered(self, verdict: Verdict) -> None:
        self._waiting = [criterion for criterion in self._waiting if criterion.name != verdict.criterion]
        if verdict.state == "passed":
            self._passed.append(verdict.criterion)
        else:
            self._not_passed.add(verdict.criterion)
        self._verdicts.put(replace(verdict, digest=self._digest))

    def stumbled(self, name: str, text: str) -> None:
        """The grader raised while it checked that criterion."""
        self.answered(stumbled(self._catalog, self.entry, self.path, self._criterion(name), text))

    def died(self, name: str | None, death: Death) -> None:
        """
        The verdict for the criterion during which the process died, and `not checked` for those that need it.

        A second death of the same kind is taken for the submission's answer to everything: the rest is not run.
        """
        again = death.signature in self._deaths
        self._deaths.add(death.signature)
        struck = self._criterion(name)
        self.answered(verdict_of(self._catalog, self.entry, self.path, struck, death))
        for one in list(self._waiting):
            needs = [name for name in one.needs if name in self._not_passed] or ([struck.name] if again else [])
            if needs:
                self.answered(self._not_checked(one, needs=tuple(self._sentences.get(name, name) for name in needs)))

    def gave_up(self, fault: str) -> None:
        """The course is at fault: what has no verdict yet does not get one."""
        self.fault = f"{self.entry.id}, {self._catalog.shown(self.path)}\n{fault}"
        for one in list(self._waiting):
            self.answered(self._not_checked(one, note=GIVEN_UP))

    def end(self, error: BaseException | None = None) -> None:
        """No verdict comes after this; `error` is raised where they are taken out."""
        self._verdicts.put(error)
        self._verdicts.put(None)

    def verdicts(self) -> Iterator[Verdict]:
        """As they come, until the end. Raises GradingBroken then, if the course was at fault."""
        while (verdict := _next(self._verdicts)) is not None:
            if isinstance(verdict, BaseException):
                raise verdict
            yield verdict
        if self.fault is not None:
            raise GradingBroken(self.fault)

    def _criterion(self, name: str | None) -> Criterion:
        return next((one for one in self._waiting if one.name == name), self._waiting[0])

    def _not_checked(self, one: Criterion, *, needs: tuple[str, ...] = (), note: str | None = None) -> Verdict:
        return Verdict(self.entry.id, one.name, one.sentence, "not checked", live=one.live, needs=needs, note=note)


def _next(verdicts: "queue.SimpleQueue[Verdict | BaseException | None]") -> Verdict | BaseException | None:
    while True:
        try:
            return verdicts.get(timeout=1)  # On Windows Ctrl+C is heeded between two waits only.
        except queue.Empty:
            pass


def _text(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
