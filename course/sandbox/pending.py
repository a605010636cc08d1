"""What is still to be judged of one submission, whatever happened so far."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course.catalog import Catalog, Entry
from course.criteria import Criterion, criteria
from course.sandbox.death import Death, verdict_of
from course.verdict import Verdict


class Pending:
    """A submission and the criteria that have no verdict yet, in the grader's order."""

    def __init__(self, place: int, entry: Entry, path: Path) -> None:
        self.place = place  # its position in the job that the caller asked for
        self.entry = entry
        self.path = path
        self._waiting = list(criteria(entry.grader))
        self._sentences = {criterion.name: criterion.sentence for criterion in self._waiting}
        self._passed: list[str] = []
        self._not_passed: set[str] = set()
        self._deaths: set[tuple[int, bool]] = set()

    def job(self) -> dict[str, Any]:
        """What the child is asked: what has no verdict yet, and on what it may build."""
        only = [criterion.name for criterion in self._waiting]
        return {"exercise": self.entry.id, "path": str(self.path), "only": only, "passed": self._passed}

    def answered(self, verdict: Verdict) -> None:
        self._waiting = [criterion for criterion in self._waiting if criterion.name != verdict.criterion]
        if verdict.state == "passed":
            self._passed.append(verdict.criterion)
        else:
            self._not_passed.add(verdict.criterion)

    def died(self, catalog: Catalog, criterion: str | None, death: Death) -> Iterator[Verdict]:
        """
        The verdict for the criterion during which the process died, and `not checked` for those that need it.

        A second death of the same kind is taken for the submission's answer to everything: the rest is not run.
        """
        again = death.signature in self._deaths
        self._deaths.add(death.signature)
        struck = next((one for one in self._waiting if one.name == criterion), self._waiting[0])
        yield self._noted(verdict_of(catalog, self.entry, self.path, struck, death))
        for one in list(self._waiting):
            needs = [name for name in one.needs if name in self._not_passed] or ([struck.name] if again else [])
            if needs:
                yield self._noted(self._not_checked(one, needs))

    def drop(self) -> None:
        """Expect nothing more."""
        self._waiting.clear()

    @property
    def done(self) -> bool:
        return not self._waiting

    def _noted(self, verdict: Verdict) -> Verdict:
        self.answered(verdict)
        return verdict

    def _not_checked(self, criterion: Criterion, needs: list[str]) -> Verdict:
        sentences = tuple(self._sentences.get(name, name) for name in needs)
        return Verdict(
            self.entry.id, criterion.name, criterion.sentence, "not checked", live=criterion.live, needs=sentences
        )
