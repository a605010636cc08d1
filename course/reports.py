"""Verdicts gathered into one report per exercise."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from course.catalog import Catalog, Entry
from course.criteria import criteria
from course.loading import same_code
from course.sandbox.grader import Grader
from course.verdict import Report, State, Verdict


def report(catalog: Catalog, entry: Entry, verdicts: Iterable[Verdict]) -> Report:
    """The verdicts on one exercise, in the order of its grader."""
    order = {criterion.name: place for place, criterion in enumerate(criteria(entry.grader))}
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
        for criterion in criteria(entry.grader)
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

    The exercises whose ids are in `untouched` are reported as not started and are not run.
    """
    stream = grader.grade([(entry, path) for entry, path in plan if entry.id not in untouched], live=live)
    for entry, _ in plan:
        if entry.id in untouched:
            found = unjudged(grader.catalog, entry)
            for verdict in found.verdicts:
                each(verdict)
            yield found
            continue
        verdicts = []
        for verdict in islice(stream, len(criteria(entry.grader))):
            each(verdict)
            verdicts.append(verdict)
        yield report(grader.catalog, entry, verdicts)
    for _ in stream:
        pass  # To its end, where the next process is warmed up.
