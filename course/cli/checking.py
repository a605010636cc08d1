"""`course check`: verdicts on the terminal or as NDJSON, and an exit code."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from course.catalog import Catalog, Entry
from course.cli import output
from course.cli.choosing import course_here, exercise, exercises, submission
from course.criteria import GradingBroken
from course.progress import Progress
from course.render import terminal
from course.reports import as_shipped, judged, not_started
from course.sandbox.grader import Grader
from course.verdict import Report, Verdict


def check(wanted: list[str], *, everything: bool, against: str, as_json: bool, live: bool) -> None:
    """Exit 0 when every criterion that was asked for has passed, 1 when not."""
    catalog = course_here()
    progress = Progress(catalog, output.complain)
    chosen, single = _chosen(catalog, progress, wanted, everything)
    if not single and against not in ("exercises", "solutions"):
        output.refuse("A file answers one exercise.\nTry: course check 03.1 --against FILE")
    plan = [submission(catalog, entry, against) for entry in chosen]
    untouched = frozenset(entry.id for entry, path in plan if not single and not_started(entry, path))
    seen = []
    with Grader(catalog, keep_warm=False) as grader, course_at_fault():
        shipped = single and all(not_started(*each) for each in plan)
        each = (_print_as_shipped if shipped else _print_json) if as_json else _ignore
        reports = judged(grader, plan, untouched=untouched, live=live, each=each)
        for entry, _ in plan:
            with output.waiting(f"checking {entry.id} …"):
                report = next(reports)
            if shipped:
                report = replace(report, verdicts=tuple(map(as_shipped, report.verdicts)))
            elif against == "exercises" and live and report.state != "not started":
                progress.note(entry, report)
            seen.append(report)
            if not as_json:
                brief = not single and report.state != "not yet"
                print(summary(report) if brief else _in_full(report), flush=True)
        if not single and not as_json:
            print(f"\n{terminal.table(seen).rstrip()}")
        next(reports, None)  # Raises if the course failed at one of them; the others have been judged.
    raise SystemExit(output.PASSED if all(report.state == "passed" for report in seen) else output.NOT_YET)


def summary(report: Report) -> str:
    state = report.state if report.state == "not started" else f"{report.state} ({report.passed} of {report.total})"
    return f"{report.exercise} {report.title} · {state}"


@contextmanager
def course_at_fault() -> Iterator[None]:
    """A failure of the course itself is told as such, with what a maintainer needs, and exit code 2."""
    try:
        yield
    except GradingBroken as broken:
        fault = "The course itself failed while it judged; your code is not the cause."
        output.refuse(f"{fault}\nTry: course doctor\n\n{broken}")


def _chosen(catalog: Catalog, progress: Progress, wanted: list[str], everything: bool) -> tuple[list[Entry], bool]:
    """The exercises in the catalog's order, each once, and whether a single one was asked for."""
    if everything:
        return catalog.entries(), False
    if not wanted:
        return [exercise(catalog, None, progress)], True
    groups = [exercises(catalog, word) for word in wanted]
    ids = {entry.id for group, _ in groups for entry in group}
    return [entry for entry in catalog.entries() if entry.id in ids], len(groups) == 1 and groups[0][1]


def _in_full(report: Report) -> str:
    return terminal.report(report, width=output.width(), color=output.color()).rstrip()


def _print_json(verdict: Verdict) -> None:
    print(json.dumps(verdict.to_json(), ensure_ascii=False), flush=True)


def _print_as_shipped(verdict: Verdict) -> None:
    _print_json(as_shipped(verdict))


def _ignore(verdict: Verdict) -> None:
    pass
