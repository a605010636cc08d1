"""
The proof that the graders are right: answers whose verdict is known, judged.

The exercise as shipped fails by the criterion that is meant to, the solution and every approach pass, every
mistake fails the one criterion that its header names, with the sentence that its header quotes, and every
criterion is caught failing by some mistake. `python -m course.soundness [NN|NN.k]…` says whether it holds.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Literal

from course.catalog import Catalog, Entry
from course.criteria import GradingBroken, criteria, stub_fails
from course.loading import Unloadable, load
from course.render import terminal
from course.sandbox.grader import Grader
from course.verdict import Report, Verdict

Kind = Literal["stub", "solution", "approach", "mistake"]
FIELD = re.compile(r"# (caught by|learner reads|seen in the wild|approach): (\S.*)")


@dataclass(frozen=True)
class Case:
    """One submission and what it is known to be."""

    entry: Entry
    kind: Kind
    path: Path

    @property
    def label(self) -> str:
        name = f" {self.path.stem}" if self.kind in ("approach", "mistake") else ""
        return f"{self.entry.lesson}/{self.entry.slug} {self.kind}{name}"


def cases(entries: Sequence[Entry]) -> Iterator[Case]:
    for entry in entries:
        yield Case(entry, "stub", entry.stub)
        yield Case(entry, "solution", entry.solution)
        yield from (Case(entry, "approach", path) for path in entry.approaches)
        yield from (Case(entry, "mistake", path) for path in entry.mistakes)


def header(path: Path) -> dict[str, str]:
    """The fields in the comment lines that open a submission."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        if field := FIELD.fullmatch(line):
            found[field[1]] = field[2].strip()
    return found


def header_fault(case: Case) -> str | None:
    """What is wrong with the header of a mistake or an approach."""
    fields = header(case.path)
    if case.kind == "approach":
        return None if set(fields) == {"approach"} else "an approach opens with `# approach: …`, in one line"
    if case.kind == "mistake":
        if not {"caught by", "learner reads"} <= set(fields) or "approach" in fields:
            return "a mistake opens with `# caught by: …` and `# learner reads: …`, a line each"
        names = [criterion.name for criterion in criteria(case.entry.grader)]
        if fields["caught by"] not in names:
            return f"no criterion is called {fields['caught by']}; there are {', '.join(names)}"
    return None


def fault(case: Case, verdicts: Sequence[Verdict]) -> str | None:
    """Why these verdicts are not those that the submission is known to deserve; None when they are."""
    failed = {verdict.criterion: verdict for verdict in verdicts if verdict.state == "failed"}
    if case.kind == "stub":
        return _stub_fault(case, failed)
    if case.kind in ("solution", "approach"):
        passed = verdicts and all(verdict.state == "passed" for verdict in verdicts)
        return None if passed else "it should pass" + _shown(verdicts)
    if (badly := header_fault(case)) is not None:
        return badly
    fields = header(case.path)
    if set(failed) != {fields["caught by"]}:
        caught = ", ".join(failed) or "nothing"
        return f"{fields['caught by']} should catch it, and nothing else; {caught} did" + _shown(verdicts)
    text = _text(failed[fields["caught by"]])
    if fields["learner reads"] not in text:
        return f"the learner should read “{fields['learner reads']}”" + _shown(verdicts)
    return None


def unkilled(entry: Entry) -> list[str]:
    """The criteria that no mistake is caught by: nothing shows that they can fail."""
    caught = {header(path).get("caught by") for path in entry.mistakes}
    return [criterion.name for criterion in criteria(entry.grader) if criterion.name not in caught]


def unheld(judged: Mapping[Case, Sequence[Verdict]]) -> list[str]:
    """
    Reasons that every wrong answer caught by a criterion is given, and the criterion: nothing shows that they depend
    on the cause. Another mistake with the same symptom must not get them (CONTRIBUTING, "A mistake").
    """
    given: dict[tuple[str, str], set[str | None]] = {}
    for case, verdicts in judged.items():
        for verdict in verdicts if case.kind == "mistake" else ():
            if verdict.failure is not None:
                given.setdefault((verdict.exercise, verdict.criterion), set()).add(verdict.failure.why)
    return [f"{criterion}: {why}" for (_, criterion), whys in given.items() for why in whys if why and len(whys) == 1]


def _stub_fault(case: Case, failed: dict[str, Verdict]) -> str | None:
    wanted = stub_fails(case.entry.grader)
    if wanted is None:
        return f"{case.entry.grader.name} does not say which criterion it fails: SHIPPED_STUB_FAILS = …"
    try:
        load(case.path)
    except Unloadable as error:
        return f"the exercise as shipped does not load: {error.text}"
    if wanted not in failed:
        return f"{wanted} should fail as shipped; {', '.join(failed) or 'nothing'} does"
    return None


def _text(verdict: Verdict) -> str:
    failure = verdict.failure
    parts = (failure.did, failure.expected, failure.observed, failure.why) if failure else ()
    return " ".join(" ".join(part for part in parts if part).split())


def _shown(verdicts: Sequence[Verdict]) -> str:
    first = verdicts[0].exercise if verdicts else "?"
    return "\n\n" + terminal.report(Report(first, "", tuple(verdicts)), width=100, color=False)


def main(wanted: Sequence[str]) -> int:
    """Judge every submission, say what is wrong and how many there are. 0 when the graders are sound, else 1."""
    catalog = Catalog()
    entries = [entry for entry in catalog.entries() if not wanted or entry.id in wanted or entry.id[:2] in wanted]
    known = list(cases(entries))
    verdicts: dict[int, list[Verdict]] = {place: [] for place in range(len(known))}
    faults, began = 0, monotonic()
    try:
        with Grader(catalog, keep_warm=False) as grader:
            for place, verdict in grader.grade_each([(case.entry, case.path) for case in known]):
                verdicts[place].append(verdict)
    except GradingBroken as broken:
        faults += 1
        print(f"✗ {broken}\n")
    seconds = monotonic() - began
    for place, case in enumerate(known):
        if (wrong := fault(case, verdicts[place])) is not None:
            faults += 1
            print(f"✗ {case.label}: {wrong}\n")
    for entry in entries:
        for name in unkilled(entry):
            faults += 1
            print(f"✗ {entry.lesson}/{entry.slug}: no mistake is caught by {name}\n")
        mistakes = {case: verdicts[place] for place, case in enumerate(known) if case.entry == entry}
        for reason in unheld(mistakes):
            faults += 1
            print(f"✗ {entry.lesson}/{entry.slug}: no mistake with another cause fails {reason}\n")
    print(
        f"{len(entries)} exercises · {sum(len(criteria(entry.grader)) for entry in entries)} criteria · "
        f"{sum(case.kind == 'mistake' for case in known)} mistakes · "
        f"{sum(case.kind == 'approach' for case in known)} approaches · "
        f"{len(known)} submissions judged in {seconds:.1f} s · {faults or 'no'} faults"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
