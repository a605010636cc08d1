"""
How much text one verdict may carry. Applied in one place, where verdicts leave the process that judges.

What is left out is counted. A lone surrogate, which no terminal and no UTF-8 can carry, is shown escaped.
"""

from dataclasses import replace

from waterclock.timeline import Mark, Timeline

from course.verdict import Failure, Verdict

TEXT = 4_000  # characters of one field
WHOLE = 20_000  # characters of two texts that differ; where they differ later than that, only what is around it
AROUND = 400  # characters before and behind it
LABEL = 200  # characters of one mark
MARKS = 300  # of one timeline


def bounded(verdict: Verdict) -> Verdict:
    """The same verdict, with every text and timeline of a size that people and pages can carry."""
    failure = verdict.failure
    return replace(verdict, failure=failure and _failure(failure), note=_optional(verdict.note))


def _failure(failure: Failure) -> Failure:
    return replace(
        failure,
        did=_text(failure.did),
        expected=_text(failure.expected),
        observed=_text(failure.observed),
        why=_optional(failure.why),
        where=_optional(failure.where),
        expected_line=failure.expected_line and _timeline(failure.expected_line),
        observed_line=failure.observed_line and _timeline(failure.observed_line),
        difference=failure.difference and _difference(*failure.difference),
    )


def _text(text: str, most: int = TEXT) -> str:
    shown = text[:most].encode("utf-8", "backslashreplace").decode("utf-8")
    return shown if len(text) <= most else f"{shown} … and {len(text) - most} characters more"


def _optional(text: str | None) -> str | None:
    return text and _text(text)


def _difference(expected: str, observed: str, index: int) -> tuple[str, str, int]:
    """Both texts and the index at which they differ, as far as they are shown."""
    head = ""
    if index + AROUND > WHOLE:
        start = index - AROUND
        head = f"… {start} characters, then: "
        expected, observed, index = expected[start:], observed[start:], AROUND
    before = len(head) + len(_text(expected[:index], WHOLE))  # Escaping makes a text longer.
    most = 2 * AROUND if head else WHOLE
    return head + _text(expected, most), head + _text(observed, most), before


def _timeline(line: Timeline) -> Timeline:
    """The first and the last marks; one in the middle says how many are missing."""
    marks = line.marks
    if len(marks) > MARKS:
        left, right = marks[: MARKS // 2], marks[len(marks) - MARKS // 2 :]
        missing = marks[len(left) : len(marks) - len(right)]
        gap = Mark(missing[0].at, f"… {len(missing)} more …")
        marks = (*left, gap, *right)
    return replace(line, marks=tuple(map(_mark, marks)))


def _mark(mark: Mark) -> Mark:
    return replace(mark, label=_text(mark.label, LABEL), data=mark.data and _text(mark.data, LABEL))
