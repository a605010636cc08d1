"""Expectations about what a client received: of a request in the lab, of one over a socket, of a plain generator."""

from typing import Any

from waterclock.expectations.expected import Expected, View, escaped, mark
from waterclock.expectations.unmet import Unmet, Why, around_the_difference, first_difference, judged, seconds
from waterclock.timeline import Mark, State, Timeline, same_time, words
from waterclock.timeline.symbols import NAMED, shorten


class OfClient:
    """`expect(client)`. Every method returns the same object, so that expectations can be chained."""

    def __init__(self, client: Any, why: Why, did: str | None) -> None:
        self._client = judged(client)
        self._why = why
        self._did = did or getattr(client, "did", None)

    # Content and times.

    def received(self, *expected: Expected, end: float | None = None) -> "OfClient":
        """
        Exactly this so far, in this order and, where a time is given, at this time (within 1 µs). `end`: and then the
        stream ended, in seconds; without it the expectation says nothing about the end.
        """
        return self._compare(expected, self._arrived(_view(expected)), whole=True, end=end)

    def received_first(self, *expected: Expected) -> "OfClient":
        """It begins with this."""
        return self._compare(expected, self._arrived(_view(expected))[: len(expected)], whole=False)

    def received_nothing(self) -> "OfClient":
        """No part of a body has arrived."""
        return self._compare((), self._arrived(self._own_view()), whole=True)

    def text(self, expected: str) -> "OfClient":
        """The whole body, decoded as UTF-8."""
        got = self._client.text
        if got == expected:
            return self
        at = first_difference(expected, got)
        raise self._unmet("this text, and nothing else", self._standing(), difference=(expected, got, at))

    def body(self, expected: bytes) -> "OfClient":
        """The whole body."""
        got = self._client.body
        if got == expected:
            return self
        raise self._unmet(
            f"{len(expected):,} bytes",
            f"{len(got):,} bytes; the first difference is shown",
            difference=around_the_difference(escaped(expected), escaped(got)),
        )

    # Status and headers.

    def status(self, expected: int) -> "OfClient":
        """The answer's status code."""
        got = self._client.status
        if got == expected:
            return self
        raise self._unmet(f"status {expected}", "no answer yet" if got is None else f"status {got}{self._error()}")

    def header(self, name: str, expected: str) -> "OfClient":
        """The header's value, compared without regard to case and to spaces around `;` and `,`."""
        got = self._client.headers.get(name.lower())
        if got is not None and _plain(got) == _plain(expected):
            return self
        shown = f"{name}: {got}" if got is not None else f"no {name} header"
        raise self._unmet(
            f"{name}: {expected}", shown + ("" if self._client.status else " (no answer yet)") + self._error()
        )

    def no_header(self, name: str) -> "OfClient":
        """The answer has no such header."""
        got = self._client.headers.get(name.lower())
        if got is None:
            return self
        raise self._unmet(f"no {name} header", f"{name}: {got}")

    # How it ended.

    def ended(self, at: float | None = None) -> "OfClient":
        """The stream is complete, at this time if one is given."""
        return self._state("ended", "end of stream", at)

    def truncated(self, at: float | None = None) -> "OfClient":
        """The stream broke off."""
        return self._state("truncated", "a stream that breaks off", at)

    def still_open(self) -> "OfClient":
        """The stream has not ended."""
        return self._state("open", "a stream that goes on", None)

    def no_error(self) -> "OfClient":
        """Nothing was raised so far. To be asked before its items are compared: they are too few after an error."""
        if self._client.error is None:
            return self
        raise self._unmet("no error", self._client.error)

    # The rest.

    def _state(self, state: State, said: str, at: float | None) -> "OfClient":
        if self._stands(state, at):
            return self
        seen = self._timeline(self._own_view())
        raise self._unmet(said if at is None else f"{said} at {seconds(at)}", self._standing(), observed_line=seen)

    def _stands(self, state: State, at: float | None) -> bool:
        client = self._client
        return client.state == state and (
            at is None or (client.ended_at is not None and same_time(client.ended_at, at))
        )

    def _compare(
        self, expected: tuple[Expected, ...], got: list[tuple[float, Any]], *, whole: bool, end: float | None = None
    ) -> "OfClient":
        alike = len(got) == len(expected) and all(map(_fits, expected, got))
        if alike and (end is None or self._stands("ended", end)):
            return self
        view = _view(expected) if expected else self._own_view()
        seen = self._timeline(view)
        marks: list[Mark] = []
        for index, each in enumerate(expected):
            # An expectation without a time is drawn where the arrival was, or behind the one before it.
            near = got[index][0] if index < len(got) else marks[-1].at if marks else 0.0
            marks.append(
                Mark(near if each.at is None else each.at, self._label(each, got[index : index + 1]), data=each.data)
            )
        if end is not None:
            wanted = Timeline(tuple(marks), "ended", end)
            said = words(wanted)
        else:
            # The end is not what is asked here. It is drawn as it was where that fits; otherwise the row goes on.
            last = max((each.at for each in marks), default=seen.until)
            last = max(last, seen.until) if seen.state == "open" else last
            wanted = Timeline(tuple(marks), seen.state if same_time(last, seen.until) else "open", last)
            said = words(Timeline(wanted.marks, "open", last), say_open=False) if marks else "nothing yet"
        if not whole:
            said += ", first of all"
        raise self._unmet(
            said,
            self._standing(view),
            expected_line=wanted,
            observed_line=seen,
            difference=self._hidden_difference(expected, got),
        )

    def _arrived(self, view: View) -> list[tuple[float, Any]]:
        return list(getattr(self._client, view))

    def _own_view(self) -> View:
        if hasattr(self._client, "items"):
            return "items"
        return "events" if self._client.headers.get("content-type", "").startswith("text/event-stream") else "chunks"

    def _timeline(self, view: View) -> Timeline:
        whole: Timeline = self._client.timeline()
        return Timeline(
            tuple(mark(view, at, got, self._called) for at, got in self._arrived(view)), whole.state, whole.until
        )

    @property
    def _called(self) -> str | None:
        return getattr(self._client, "called", None)

    def _label(self, expected: Expected, got: list[tuple[float, Any]]) -> str:
        if got and expected.fits(got[0][1]):  # The same thing has one name and one symbol.
            return mark(expected.view, *got[0], self._called).label
        return f"{self._called} {expected.mark}" if self._called and expected.view == "items" else expected.mark

    def _hidden_difference(self, expected: tuple[Expected, ...], got: list[tuple[float, Any]]) -> Any:
        """Where the first two that do not fit differ, if their labels might not show it."""
        for each, (at, arrived) in zip(expected, got, strict=False):
            if not each.fits(arrived):
                label = mark(each.view, at, arrived, self._called).label
                alike = shorten(self._label(each, []), NAMED) == shorten(label, NAMED)
                return around_the_difference(*each.whole(arrived)) if alike or each.view == "events" else None
        return None

    def _standing(self, view: View | None = None) -> str:
        """What the client has, in words, with the reason when it broke."""
        seen = self._timeline(view or self._own_view())
        status = getattr(self._client, "status", 200)
        head = "" if status in (200, None) else f"status {status} · "
        return head + words(seen) + self._error()

    def _error(self) -> str:
        return f" · {self._client.error}" if self._client.error else ""

    def _unmet(self, expected: str, observed: str, **parts: Any) -> Unmet:
        where = getattr(self._client, "error_at", None)
        return Unmet(expected=expected, observed=observed, why=self._why, did=self._did, where=where, **parts)


def _view(expected: tuple[Expected, ...]) -> View:
    views = {each.view for each in expected}
    if len(views) > 1:
        raise TypeError(f"one expectation mixes {' and '.join(sorted(views))}")
    return views.pop() if views else "chunks"


def _fits(expected: Expected, arrived: tuple[float, Any]) -> bool:
    at, got = arrived
    return expected.fits(got) and (expected.at is None or same_time(expected.at, at))


def _plain(value: str) -> str:
    return value.replace(" ", "").lower()
