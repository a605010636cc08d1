"""An expectation that was not met: data, to be drawn by whoever shows it."""

from collections.abc import Callable
from typing import Any

from waterclock.errors import CannotJudge
from waterclock.timeline import Timeline, draw

Why = str | Callable[[], str | None] | None
"""The known misconception, or what finds it: that is asked only when an expectation is not met."""


class Unmet(AssertionError):
    """
    Raised by `expect`. What is None is not known, or is filled in by whoever catches it.

    Its text is what a plain test shows: what was expected, what was observed, both drawn on one axis of time.
    """

    def __init__(
        self,
        *,
        expected: str,
        observed: str,
        why: Why = None,
        did: str | None = None,
        where: str | None = None,
        expected_line: Timeline | None = None,
        observed_line: Timeline | None = None,
        difference: tuple[str, str, int] | None = None,
    ) -> None:
        why = why() if callable(why) else why
        lines = [f"expected {expected}; observed {observed}" + (f". {why}" if why else "")]
        drawn = {"expected": expected_line, "observed": observed_line}
        if rows := {name: line for name, line in drawn.items() if line is not None}:
            lines.append(draw(rows, width=76))
        if difference is not None:
            wanted, got, at = difference
            lines.append(f"expected   {wanted!r}\nreceived   {got!r}\nthe first difference is at character {at}")
        if where is not None:
            lines.append(where)
        super().__init__("\n\n".join(lines))
        self.expected = expected
        self.observed = observed
        self.why = why
        self.did = did
        self.where = where
        self.expected_line = expected_line
        self.observed_line = observed_line
        self.difference = difference


def first_difference(a: str, b: str) -> int:
    """The index of the first character in which two texts differ."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def around_the_difference(a: str, b: str) -> tuple[str, str, int]:
    """What stands around the first difference of two long texts, and where in that it is."""
    at = first_difference(a, b)
    if at <= 30:
        return a[:70], b[:70], at
    return "…" + a[at - 30 : at + 40], "…" + b[at - 30 : at + 40], 31


def seconds(value: float) -> str:
    """A time as it is written in a verdict: `15 s`, `0.25 s`."""
    return f"{round(value, 6):.6f}".rstrip("0").rstrip(".") + " s"


def judged(thing: Any) -> Any:
    """
    `thing`, if what is known of it can be trusted. Raises `CannotJudge` if its lab met something beyond its reach.

    Who has looked at `lab.beyond` is answerable for what follows, and may go on.
    """
    lab = getattr(getattr(thing, "surroundings", None), "lab", None) or getattr(thing, "lab", thing)
    found = getattr(lab, "beyond", None)
    verdict: CannotJudge | None = found.unseen() if found is not None and hasattr(found, "unseen") else None
    if verdict is not None:
        raise verdict
    return thing
