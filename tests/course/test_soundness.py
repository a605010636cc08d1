"""Every answer whose verdict is known gets that verdict: stubs, solutions, approaches, mistakes (DESIGN 4.4)."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from course.catalog import Catalog, Entry
from course.sandbox import Grader
from course.soundness import Case, cases, fault, header_fault, unkilled
from course.verdict import Verdict

CATALOG = Catalog()
ENTRIES = CATALOG.entries()
CASES = list(cases(ENTRIES))
Judge = Callable[[Case], list[Verdict]]


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> Iterator[Judge]:
    """Verdicts of one submission. The lessons that this run asks for are judged side by side, each once."""
    asked = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    lessons = dict.fromkeys(case.entry.lesson for case in asked if case is not None)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        judged = {lesson: pool.submit(judge_lesson, lesson) for lesson in lessons}
        yield lambda case: judged[case.entry.lesson].result()[case]
        for lesson in judged.values():
            lesson.cancel()


def judge_lesson(lesson: str) -> dict[Case, list[Verdict]]:
    known = [case for case in CASES if case.entry.lesson == lesson]
    verdicts: dict[Case, list[Verdict]] = {case: [] for case in known}
    with Grader(CATALOG, keep_warm=False) as grader:
        for place, verdict in grader.grade_each([(case.entry, case.path) for case in known]):
            verdicts[known[place]].append(verdict)
    return verdicts


def of(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(c, id=c.label) for c in CASES if c.kind == kind])


each_exercise = pytest.mark.parametrize("entry", [pytest.param(e, id=f"{e.lesson}/{e.slug}") for e in ENTRIES])


def check(case: Case, judge: Judge) -> None:
    __tracebackhide__ = True
    if (wrong := fault(case, judge(case))) is not None:
        pytest.fail(f"{case.label}: {wrong}", pytrace=False)


@of("stub")
def test_the_exercise_as_shipped_fails_by_the_criterion_that_is_meant_to(case: Case, judge: Judge) -> None:
    check(case, judge)


@of("solution")
def test_the_solution_passes_in_the_lab_and_live(case: Case, judge: Judge) -> None:
    check(case, judge)


@of("approach")
def test_every_other_right_answer_passes(case: Case, judge: Judge) -> None:
    check(case, judge)


@of("mistake")
def test_every_mistake_is_caught_by_its_criterion_with_its_sentence(case: Case, judge: Judge) -> None:
    check(case, judge)


@each_exercise
def test_every_criterion_is_caught_failing_by_a_mistake(entry: Entry) -> None:
    assert unkilled(entry) == []


@pytest.mark.parametrize("case", [pytest.param(c, id=c.label) for c in CASES if c.kind in ("approach", "mistake")])
def test_headers_are_well_formed(case: Case) -> None:
    assert header_fault(case) is None
