"""The record of a verdict: stable names, nothing lost on the way through JSON."""

import json
from dataclasses import replace

import pytest
from waterclock.timeline import Mark, Timeline

from course.verdict import Failure, Report, Verdict

LINE = Timeline((Mark(15, "ping"),), "ended", 15)
FAILURE = Failure("did", "expected", "observed", "why", "exercises/x.py:21", '07 "Silence"', LINE, LINE, ("a", "b", 0))
PASSED = Verdict("07.2", "test_ping", "A ping is sent.", "passed", seconds=0.01)
FAILED = Verdict(
    "07.2",
    "test_lost",
    "No alert is lost.",
    "failed",
    True,
    ("A ping is sent.",),
    FAILURE,
    0.5,
    "hello\n",
    "A note.",
    "0f",
)


@pytest.mark.parametrize("verdict", [PASSED, FAILED, replace(FAILED, failure=Failure("a", "b", "c"))])
def test_a_verdict_survives_json(verdict: Verdict) -> None:
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def test_the_names_in_the_json_are_stable() -> None:
    record = FAILED.to_json()

    assert record["v"] == 1
    assert list(record) == [
        "v", "exercise", "criterion", "sentence", "state", "live", "needs", "failure", "seconds", "output", "note",
        "digest",
    ]  # fmt: skip
    assert list(record["failure"]) == [
        "did", "expected", "observed", "why", "where", "read", "expected_line", "observed_line", "difference",
    ]  # fmt: skip
    assert record["failure"]["difference"] == {"expected": "a", "observed": "b", "index": 0}
    assert record["failure"]["observed_line"] == LINE.to_json()


def test_a_record_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        Verdict.from_json(PASSED.to_json() | {"v": 2})


def test_a_report_survives_json() -> None:
    report = Report("07.2", "heartbeat", (PASSED, FAILED), "07 · Keep-alive", "core")

    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report
    assert report.to_json()["state"] == "not yet"


@pytest.mark.parametrize(
    ("states", "standing"),
    [
        (("passed", "passed"), "passed"),
        (("passed", "failed"), "not yet"),
        (("passed", "not checked"), "not yet"),
        (("not started", "not started"), "not started"),
        (("passed", "not started"), "not started"),
        ((), "not started"),
    ],
)
def test_an_exercise_stands_where_its_verdicts_put_it(states: tuple[str, ...], standing: str) -> None:
    report = Report("07.2", "heartbeat", tuple(replace(PASSED, state=state) for state in states))  # type: ignore[arg-type]

    assert report.state == standing
    assert report.passed == states.count("passed")
    assert report.total == len(states)
