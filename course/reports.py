"""Verdicts gathered into one report per exercise."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from course.catalog import Catalog, Entry
from course.criteria import Criterion, GradingBroken, criteria
from course.loading import same_code
from course.sandbox.grader import Grader
from course.verdict import Report, State, Verdict


def report(catalog: Catalog, entry: Entry, verdicts: Iterable[Verdict]) -> Report:
    """The verdicts on one exercise, in the order of its grader."""
    order = {criterion.name: place for place, criterion in enumerate(_criteria(entry))}
    lesson = catalog.lesson(entry.lesson)
    return Report(
        exercise=entry.id,
        title=entry.name,
        verdicts=tuple(sorted(verdicts, key=lambda verdict: order.get(verdict.criterion, len(order)))),
        lesson=f"{lesson.number} {lesson.title}",
        level=entry.level,
    )


def unjudged(catalog: Catalog, entry: Entry, state: State = "not started") -> Report:
    """A report that nothing was run for: every criterion in the same `state`."""
    verdicts = [
        Verdict(entry.id, criterion.name, criterion.sentence, state, live=criterion.live)
        for criterion in _criteria(entry)
    ]
    return report(catalog, entry, verdicts)


def not_started(entry: Entry, path: Path) -> bool:
    """Whether a submission is still what was shipped, but for docstrings, comments and layout."""
    return same_code(path, entry.stub)


def as_shipped(verdict: Verdict) -> Verdict:
    """A verdict on the untouched stub: what fails there was not started, and the failure tells what the stub does."""
    return replace(verdict, state="not started") if verdict.state == "failed" else verdict


def judged(
    grader: Grader,
    plan: Sequence[tuple[Entry, Path]],
    *,
    untouched: frozenset[str] = frozenset(),
    live: bool = True,
    each: Callable[[Verdict], None] = lambda verdict: None,
) -> Iterator[Report]:
    """
    One report per exercise, in the order of `plan`, each as soon as it is complete; `each` gets the verdicts before.

    The exercises whose ids are in `untouched` are reported as not started and are not run. The files are read now.
    Raises GradingBroken after the last report, if the course failed at some of them.
    """
    apart = grader.grade_apart([(entry, path) for entry, path in plan if entry.id not in untouched], live=live)
    return _reports(grader.catalog, [entry for entry, _ in plan], untouched, apart, each)


def _reports(
    catalog: Catalog,
    entries: Sequence[Entry],
    untouched: frozenset[str],
    apart: Iterator[Iterator[Verdict]],
    each: Callable[[Verdict], None],
) -> Iterator[Report]:
    for entry in entries:
        verdicts = []
        with suppress(GradingBroken):  # It is told at the end, with the others.
            for verdict in unjudged(catalog, entry).verdicts if entry.id in untouched else next(apart):
                each(verdict)
                verdicts.append(verdict)
        yield report(catalog, entry, verdicts)
    for _ in apart:
        pass  # To its end, where the next process is warmed up.


def _criteria(entry: Entry) -> tuple[Criterion, ...]:
    """None of a grader that cannot be read: who judges says so."""
    try:
        return criteria(entry.grader)
    except GradingBroken:
        return ()
