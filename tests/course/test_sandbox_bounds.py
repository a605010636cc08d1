"""A verdict is of a size that a page can carry, and says what it leaves out."""

import json
from dataclasses import replace
from typing import Any

import pytest
from waterclock.timeline import Mark, Timeline

from course.sandbox import Grader
from course.sandbox.bounds import MARKS, TEXT, bounded
from course.verdict import Failure, Verdict

FAILURE = Failure("did", "expected", "observed", "why", "exercises/x.py:21", '07 "Silence"')
VERDICT = Verdict("07.2", "test_lost", "No alert is lost.", "failed", True, (), FAILURE)


def of(**parts: Any) -> Failure:
    failure = bounded(replace(VERDICT, failure=replace(FAILURE, **parts))).failure
    assert failure is not None
    return failure


def test_a_verdict_of_usual_size_is_left_as_it_is() -> None:
    line = Timeline((Mark(15, "ping", 3, ": p"),), "ended", 15)
    verdict = replace(VERDICT, failure=replace(FAILURE, observed_line=line, difference=("ab", "ac", 1)))

    assert bounded(verdict) == verdict


@pytest.mark.parametrize("field", ["did", "expected", "observed", "why", "where"])
def test_a_long_text_is_cut_and_what_is_left_out_is_counted(field: str) -> None:
    assert getattr(of(**{field: "x" * (TEXT + 7)}), field) == "x" * TEXT + " … and 7 characters more"


def test_a_lone_surrogate_is_shown_escaped() -> None:
    assert of(observed="a\udc80b").observed == "a\\udc80b"


@pytest.mark.parametrize("at", [0, 5, 19_999, 20_001, 1_000_000])
def test_of_two_long_texts_the_first_difference_is_kept(at: int) -> None:
    same = "s" * at
    expected, observed, index = of(difference=(f"{same}a" + "t" * 10**6, f"{same}b" + "t" * 10**6, at)).difference

    assert (expected[index], observed[index]) == ("a", "b")
    assert expected[:index] == observed[:index]
    assert max(len(expected), len(observed)) < 21_000
    assert "characters more" in expected
    assert index == at or expected.startswith(f"… {at - 400} characters, then: ")


def test_an_escaped_character_before_the_difference_moves_it() -> None:
    assert of(difference=("\ud800a", "\ud800b", 1)).difference == ("\\ud800a", "\\ud800b", 6)


def test_a_timeline_keeps_its_beginning_and_its_end() -> None:
    line = Timeline(tuple(Mark(at, "x" * 10_000, 1, "y" * 10_000) for at in range(10_000)), "ended", 10_000)
    shown = of(observed_line=line).observed_line

    assert len(shown.marks) == MARKS + 1
    assert [mark.at for mark in (shown.marks[0], shown.marks[-1])] == [0, 9_999]
    assert f"… {10_000 - MARKS} more …" in [mark.label for mark in shown.marks]
    assert (shown.state, shown.until) == ("ended", 10_000)
    assert len(json.dumps(shown.to_json())) < 200_000


def test_what_leaves_the_judging_process_is_bounded(small: Any) -> None:
    """Ten million characters, as a value, as an error and as output."""
    path = small.answer("def dots(count):\n    print('o' * 10**7)\n    return ['v' * 10**7]\n")
    with Grader(small.catalog) as grader:
        verdicts = list(grader.grade([(small.dots, path)]))

    assert "bytes more" in verdicts[0].output
    assert all(len(json.dumps(verdict.to_json())) < 70_000 for verdict in verdicts)
