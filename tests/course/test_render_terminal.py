"""A report as a learner reads it in a terminal."""

import re
from dataclasses import replace

import pytest
from waterclock.timeline import Mark, Timeline, words

from course.render import terminal
from course.verdict import Failure, Report, Verdict

EXPECTED = Timeline((Mark(15, "ping"), Mark(20, "alert"), Mark(35, "ping")), "open", 35)
OBSERVED = Timeline((Mark(15, "ping"),), "ended", 15)
FAILURE = Failure(
    did="nothing for 20 s, then an alert",
    expected=words(EXPECTED, say_open=False),
    observed=words(OBSERVED),
    why="Your timer cancelled the wait for the next alert, and cancelling a generator ends it.",
    where="exercises/07_keepalive/2_heartbeat.py:21",
    read='07 "Silence"',
    expected_line=EXPECTED,
    observed_line=OBSERVED,
)
PASSED = Verdict("07.2", "test_ping", "A comment is sent after 15 s of silence.", "passed")
FAILED = Verdict("07.2", "test_lost", "No alert is lost to the timer.", "failed", failure=FAILURE)
UNCHECKED = Verdict(
    "07.2", "test_leave", "When the client leaves, the source is closed.", "not checked",
    needs=("No alert is lost to the timer.",),
)  # fmt: skip
REPORT = Report("07.2", "heartbeat", (PASSED, FAILED, UNCHECKED), "07 · Keep-alive", "core")


def report(*verdicts: Verdict, width: int = 100, **options: bool) -> str:
    return terminal.report(
        replace(REPORT, verdicts=verdicts), width=width, color=options.pop("color", False), **options
    )


def test_a_report_has_the_shape_of_the_specimen() -> None:
    assert (
        terminal.report(REPORT, width=92, color=False)
        == """\
07.2 heartbeat · not yet (1 of 3)

  ✓ passed   a comment is sent after 15 s of silence
  ✗ failed   no alert is lost to the timer
      did        nothing for 20 s, then an alert
      expected   ping 15 s · alert 20 s · ping 35 s
      observed   ping 15 s · end of stream 15 s

      expected   |·····························:·········#·····························:>
      observed   |·····························:|
                 0                             15        20                            35 s
                 : ping   # alert   > still open   | end of stream

      Your timer cancelled the wait for the next alert, and cancelling a generator ends it.
      exercises/07_keepalive/2_heartbeat.py:21      read 07 "Silence"      course hint 07.2
  – not checked   when the client leaves, the source is closed (needs: no alert is lost to
                  the timer)
"""
    )


def test_of_many_needs_the_first_is_named() -> None:
    needs = ("No alert is lost to the timer.", "A comment is sent.", "It closes.")

    assert "is closed (needs: no alert is lost to the timer, and 2 more)" in report(
        replace(UNCHECKED, needs=needs), width=120
    )


def test_two_rows_that_look_the_same_are_not_drawn() -> None:
    late = Timeline((Mark(15.02, "ping"),), "ended", 15.02)
    same = replace(FAILURE, expected_line=OBSERVED, observed_line=late)

    assert "|" not in report(replace(FAILED, failure=same))


def test_a_passed_exercise_says_so() -> None:
    assert report(PASSED).startswith("07.2 heartbeat · passed (1 of 1)\n\n  ✓ passed   a comment")


@pytest.mark.parametrize("width", [40, 50, 64, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    printed = replace(FAILED, output="x" * 300, note="A note that is a little longer than a line of forty columns.")

    for line in terminal.report(replace(REPORT, verdicts=(printed, UNCHECKED)), width=width, color=False).split("\n"):
        assert len(line) <= width


def test_a_width_below_forty_is_forty() -> None:
    assert report(FAILED, width=10) == report(FAILED, width=40)


def test_nothing_is_said_by_colour_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    colored = report(PASSED, FAILED, UNCHECKED, color=True)

    assert re.sub(r"\x1b\[\d+m", "", colored) == report(PASSED, FAILED, UNCHECKED)
    assert "\x1b[31m✗ failed\x1b[0m" in colored


def test_no_color_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    assert "\x1b" not in report(FAILED, color=True)


def test_output_that_is_no_terminal_gets_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b" not in terminal.report(REPORT, width=80)


def test_plain_ascii_keeps_every_word_and_every_column() -> None:
    fancy = report(PASSED, FAILED, UNCHECKED)
    simple = report(PASSED, FAILED, UNCHECKED, ascii=True)

    assert simple.isascii()
    assert [len(line) for line in simple.split("\n")] == [len(line) for line in fancy.split("\n")]
    assert "+ passed" in simple
    assert "x failed" in simple


def test_a_terminal_that_cannot_show_the_symbols_is_known() -> None:
    assert terminal.can_show("utf-8")
    assert not terminal.can_show("cp1252")
    assert not terminal.can_show("ascii")
    assert not terminal.can_show(None)


def test_an_exercise_that_was_not_started_shows_what_the_stub_does() -> None:
    text = report(replace(FAILED, state="not started"), replace(PASSED, state="not started"))

    assert text.startswith("07.2 heartbeat · not started\n")
    assert "○ not started   no alert is lost to the timer\n      This is what the stub does as it is:\n" in text


def test_bytes_are_escaped() -> None:
    text = report(replace(FAILED, failure=replace(FAILURE, observed="\x1b[2Jdata\x00\u2028")))

    assert r"observed   \x1b[2Jdata\x00\u2028" in text
    assert "\x1b" not in text


def difference(expected: str, observed: str, index: int, width: int = 80) -> list[str]:
    failure = replace(FAILURE, expected_line=None, observed_line=None, difference=(expected, observed, index))
    lines = report(replace(FAILED, failure=failure), width=width).split("\n")
    start = next(number for number, line in enumerate(lines) if not line and number > 2) + 1
    return lines[start : start + 3]


def test_a_first_difference_gets_a_caret() -> None:
    assert difference("3\n2\n1\n", "3\n\n2\n", 2) == [
        r"      expected   3\n2\n1\n",
        r"      observed   3\n\n2\n",
        "                    ^ first difference, character 3",
    ]


def test_the_caret_stands_right_behind_wide_characters_and_escapes() -> None:
    expected, _, caret = difference("日本\x00a", "日本\x00b", 3)

    assert expected.endswith(r"日本\x00a")
    assert caret.index("^") == len(r"      expected   日本\x00") + 2


def test_the_caret_of_a_text_that_is_too_short_or_too_long() -> None:
    assert difference("abc", "ab", 2)[2].endswith("  ^ it stops here, after 2 characters")
    assert difference("ab", "abc", 2)[2].endswith("  ^ more than expected, from character 3 on")


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("index", [0, 5, 5000, 9999])
def test_a_difference_deep_in_a_long_text_is_shown_with_its_surroundings(index: int, width: int) -> None:
    expected = "abcdefghij" * 1000
    observed = expected[:index] + "X" + expected[index + 1 :]
    shown, got, caret = difference(expected, observed, index, width)

    assert got[caret.index("^")] == "X"
    assert shown[caret.index("^")] == expected[index]
    assert len(got) <= width


def test_what_the_code_printed_is_shown_once_and_not_at_length() -> None:
    output = "".join(f"line {n}\n" for n in range(30))
    text = report(replace(FAILED, output=output), replace(FAILED, criterion="test_other", output=output))

    assert text.count("your code printed") == 1
    assert "        line 9\n        … and 20 more lines\n" in text
    assert "line 10" not in text


def test_what_a_passing_exercise_printed_is_shown_too() -> None:
    assert "      your code printed\n        hello\n" in report(replace(PASSED, output="hello\n"))


def test_a_note_is_shown() -> None:
    assert "      note       Not judged live.\n" in report(replace(UNCHECKED, note="Not judged live."))


def test_a_failure_without_times_and_reasons_is_shorter() -> None:
    text = report(replace(FAILED, failure=Failure("did", "expected", "observed")))

    assert text.endswith("observed   observed\n\n      course hint 07.2\n")


def test_a_name_keeps_its_capital() -> None:
    text = report(
        replace(PASSED, sentence="NDJSON has one value per line."),
        replace(PASSED, sentence="Skylark's alerts arrive."),
        replace(PASSED, sentence="`encode` keeps text."),
    )

    assert "  NDJSON has one value per line\n" in text
    assert "  Skylark's alerts arrive\n" in text
    assert "  `encode` keeps text\n" in text


TABLE = [
    REPORT,
    Report("07.3", "first_within", (replace(PASSED, state="not started"),), "07 · Keep-alive", "warm-up"),
    Report("08.1", "follow_the_log_of_a_station_for_ever", (PASSED,), "08 · Logs", "stretch"),
]


def test_the_score_table_names_lessons_exercises_states_and_counts() -> None:
    assert (
        terminal.table(TABLE[:2], width=80, color=False)
        == """\
07 · Keep-alive
  07.2 heartbeat      ✗ not yet       1 of 3   core
  07.3 first_within   ○ not started   0 of 1   warm-up

0 of 2 exercises passed · 1 not yet · 1 not started
"""
    )


@pytest.mark.parametrize("width", [40, 80])
def test_the_score_table_fits(width: int) -> None:
    text = terminal.table(TABLE, width=width, color=False)

    assert max(map(len, text.split("\n"))) <= width
    assert "✓ passed" in text
    assert "1 of 1" in text


def test_the_score_table_in_ascii_and_empty() -> None:
    assert terminal.table(TABLE, width=40, color=False, ascii=True).isascii()
    assert terminal.table([], color=False) == "0 of 0 exercises passed\n"
