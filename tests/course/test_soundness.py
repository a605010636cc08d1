"""Every answer whose verdict is known gets that verdict: stubs, solutions, approaches, mistakes (DESIGN 4.4)."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from course.catalog import Catalog, Entry
from course.sandbox import Grader
from course.soundness import Case, cases, fault, header_fault, unheld, unkilled
from course.verdict import Verdict

pytestmark = pytest.mark.slow
CATALOG = Catalog()
ENTRIES = CATALOG.entries()
CASES = list(cases(ENTRIES))
Judge = Callable[[Case], list[Verdict]]


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> Iterator[Judge]:
    """
    Verdicts of one submission. All that this run asks for are judged side by side, in the order of the tests.

    A worker of pytest-xdist does not know which ones it will get, and judges one at a time.
    """
    asked = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    known = list(dict.fromkeys(case for case in asked if case is not None))
    verdicts: dict[Case, list[Verdict]] = {}
    with Grader(CATALOG) as grader:
        alone = cache(lambda case: list(grader.grade([(case.entry, case.path)])))
        if hasattr(request.config, "workerinput"):
            yield alone
            return
        stream = grader.grade_apart([(case.entry, case.path) for case in known])

        def judged(case: Case) -> list[Verdict]:
            if case not in known:
                return alone(case)
            while case not in verdicts:
                verdicts[known[len(verdicts)]] = list(next(stream))
            return verdicts[case]

        yield judged


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


@each_exercise
def test_every_reason_is_held_against_another_cause(entry: Entry, judge: Judge) -> None:
    mistakes = [case for case in CASES if case.entry == entry and case.kind == "mistake"]
    assert unheld({case: judge(case) for case in mistakes}) == []


@pytest.mark.parametrize("case", [pytest.param(c, id=c.label) for c in CASES if c.kind in ("approach", "mistake")])
def test_headers_are_well_formed(case: Case) -> None:
    assert header_fault(case) is None
