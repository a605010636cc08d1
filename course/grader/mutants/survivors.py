"""The faults of an exercise's answers, judged: which of them no criterion sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from course.catalog import Entry
from course.grader.mutants.equivalent import Equivalent, equivalents
from course.grader.mutants.faults import Fault, faults, touched
from course.sandbox import Grader


@dataclass(frozen=True)
class Mutant:
    """One fault of one answer: of the solution, or of an approach by its name."""

    answer: str
    fault: Fault

    @property
    def key(self) -> Equivalent:
        """How it would be listed."""
        return Equivalent(self.answer, self.fault.diff)

    def __str__(self) -> str:
        return f"{self.answer}, line {self.fault.line}: {self.fault.kind}\n{self.fault.diff}"


@dataclass(frozen=True)
class Survey:
    """What became of the mutants of one exercise."""

    made: int
    killed: int
    equivalent: int
    survivors: list[Mutant]
    stale: list[Equivalent]
    """Listed, but killed, or not made any more."""
    refused: list[str]
    """Answers that do not pass as they are: their mutants prove nothing."""


def answers(entry: Entry, *, approaches: bool) -> dict[str, str]:
    """The texts of the right answers, by name."""
    paths = {"solution": entry.solution}
    if approaches:
        paths |= {path.stem: path for path in entry.approaches}
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


def faults_of(texts: dict[str, str]) -> list[Mutant]:
    return [Mutant(name, fault) for name, text in texts.items() for fault in faults(text)]


def survey(grader: Grader, entry: Entry, *, approaches: bool = False, everything: bool = False) -> Survey:
    """
    Judge every single fault of the right answers to one exercise.

    Faults lie in the learner's part; `everything` makes them in the rest too. Raises BadlyListed, and GradingBroken
    when the grader cannot be used.
    """
    listed, right = equivalents(entry), answers(entry, approaches=approaches)
    stub = entry.stub.read_text(encoding="utf-8")
    lines = {name: touched(stub, text) for name, text in right.items()}
    known = faults_of(right)
    mutants = [each for each in known if everything or each.fault.line in lines[each.answer]]
    failed = _failed(grader, entry, [*right.values(), *(each.fault.text for each in mutants)])
    killed = {each.key for place, each in enumerate(mutants, len(right)) if place in failed}
    alive = [each for each in mutants if each.key not in killed]
    survivors = [each for each in alive if each.key not in listed]
    standing = {each.key for each in known} - killed
    return Survey(
        made=len(mutants),
        killed=len(killed),
        equivalent=len(alive) - len(survivors),
        survivors=survivors,
        stale=[each for each in listed if each.answer in right and each not in standing],
        refused=[name for place, name in enumerate(right) if place in failed],
    )


def _failed(grader: Grader, entry: Entry, texts: Sequence[str]) -> set[int]:
    """Which of the texts failed a criterion, by position."""
    with TemporaryDirectory(prefix="course-mutants-") as folder:
        paths = [Path(folder).resolve() / str(place) / entry.path.name for place in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8")
        verdicts = grader.grade_each([(entry, path) for path in paths])
        return {place for place, verdict in verdicts if verdict.state == "failed"}
