"""A report as a fragment of a page: escaped, and complete without styles and scripts."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from waterclock.timeline import Mark, Timeline

from course.render import html
from course.verdict import Failure, Report, Verdict

LINE = Timeline((Mark(15, "ping"),), "ended", 15)
LATE = Timeline((Mark(20, "ping"),), "ended", 20)
FAILURE = Failure("did `x`", "<b>expected</b>", "observed", "why", "exercises/x.py:2", '07 "Silence"', LINE, LATE)
PASSED = Verdict("07.2", "test_ping", "A ping is sent.", "passed")
FAILED = Verdict("07.2", "test_lost", "No alert is lost.", "failed", failure=FAILURE, output="<i>hi</i>\n" * 30)
UNCHECKED = Verdict("07.2", "test_leave", "It closes.", "not checked", needs=("No alert is lost.",), note="A note.")
REPORT = Report("07.2", "heartbeat", (PASSED, FAILED, UNCHECKED))
VOID = {"path", "circle", "rect"}


class Balance(HTMLParser):
    """Fails on a tag that is closed in the wrong place."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_tag_is_closed_in_order() -> None:
    page = Balance()
    page.feed(html.panel(REPORT))

    assert page.open == []
    assert {"section", "h3", "ol", "li", "dl", "figure", "svg", "details", "pre"} <= set(page.seen)


def test_the_panel_says_every_state_in_words() -> None:
    text = html.panel(REPORT)

    assert '<span class="cbc-state">not yet (1 of 3)</span>' in text
    for word in ("passed", "failed", "not checked"):
        assert f'<span class="cbc-word">{word}</span>' in text
    assert 'class="cbc-symbol" aria-hidden="true"' in text
    assert "needs: No alert is lost." in text
    assert "A note." in text


def test_a_failure_has_its_five_parts() -> None:
    text = html.panel(REPORT)

    assert "<dt>did</dt><dd>did <code>x</code></dd>" in text
    assert "<dt>expected</dt><dd>&lt;b&gt;expected&lt;/b&gt;</dd>" in text
    assert '<p class="cbc-why">why</p>' in text
    assert "exercises/x.py:2" in text
    assert "read 07 &quot;Silence&quot;" in text
    assert "course hint 07.2" in text


def test_a_timeline_comes_as_a_picture_and_as_text() -> None:
    text = html.panel(REPORT)

    assert text.count("<svg") == 1
    assert "<summary>The same as text</summary>" in text
    assert "observed   |" in text


def test_two_rows_that_look_the_same_are_not_drawn() -> None:
    same = replace(FAILURE, observed_line=Timeline((Mark(15.02, "ping"),), "ended", 15.02))

    assert "<svg" not in html.panel(Report("07.2", "x", (replace(FAILED, failure=same),)))


def test_nothing_a_learner_prints_becomes_markup() -> None:
    nasty = replace(FAILED, output="<script>alert(1)</script>\x1b[31m", sentence="<script>", note="<img>")
    text = html.panel(Report("07.2", "<u>", (nasty,)))

    for tag in ("<script", "<img", "<u>", "\x1b"):
        assert tag not in text


def test_long_output_is_counted() -> None:
    assert "… and 20 more lines" in html.panel(REPORT)


def test_a_difference_gets_its_caret() -> None:
    text = html.panel(Report("07.2", "x", (replace(FAILED, failure=replace(FAILURE, difference=("a\nb", "a\nc", 2))),)))

    assert "expected   a\\nb\nobserved   a\\nc\n              ^ first difference, character 3" in text


@pytest.mark.parametrize("heading", [2, 4])
def test_the_heading_fits_the_page(heading: int) -> None:
    assert f"<h{heading} " in html.panel(REPORT, heading=heading)


def test_an_exercise_that_was_not_started_shows_what_the_stub_does() -> None:
    text = html.panel(Report("07.2", "heartbeat", (replace(FAILED, state="not started"),)))

    assert '<span class="cbc-state">not started</span>' in text
    assert "This is what the stub does as it is:" in text
