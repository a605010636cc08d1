"""What a client is expected to receive: chunks, lines, items, events and pings, each at its time or at any."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from waterclock.sse import Comment, Event
from waterclock.timeline import Mark
from waterclock.timeline.marks import comment_name, event_name, label, quoted

View = Literal["chunks", "lines", "items", "events"]


@dataclass(frozen=True)
class Expected:
    """One arrival. `at` is in seconds; None: at any time."""

    view: View
    mark: str
    at: float | None
    fits: Callable[[Any], bool]
    data: str | None = None


def chunk(content: bytes | str, at: float | None = None) -> Expected:
    """One chunk of the body, as the app sent it."""
    raw = content.encode() if isinstance(content, str) else content
    return Expected("chunks", quoted(raw), at, lambda got: got == raw)


def line(text: str, at: float | None = None) -> Expected:
    """One line of the body, however it was cut into chunks; its time is that of its line break."""
    return Expected("lines", quoted(text.encode()), at, lambda got: got == text)


def item(value: Any, at: float | None = None) -> Expected:
    """One item of a plain generator."""
    return Expected("items", label(value), at, lambda got: got == value)


def event(
    data: Any = None,
    *,
    type: str | None = None,
    id: str | None = None,
    at: float | None = None,
) -> Expected:
    """
    One server-sent event. `data`: text as it stands, or an object that the event holds as JSON; None: any.
    """

    def fits(got: Any) -> bool:
        return (
            isinstance(got, Event)
            and (data is None or _same_data(data, got.data))
            and (type is None or got.type == type)
            and (id is None or got.last_event_id == id)
        )

    text = data if isinstance(data, str) else "" if data is None else json.dumps(data, ensure_ascii=False)
    return Expected("events", event_name(type or "message", text), at, fits, text)


def ping(at: float | None = None) -> Expected:
    """A comment: the sign of life that clients ignore."""
    return Expected("events", "ping", at, lambda got: isinstance(got, Comment))


def _same_data(wanted: Any, got: str) -> bool:
    if isinstance(wanted, str):
        return got == wanted
    try:
        return bool(json.loads(got) == wanted)
    except ValueError:
        return False


def mark(view: View, at: float, got: Any, called: str | None = None) -> Mark:
    """An arrival as a mark, with the same label as the expectation that fits it. `called`: what an item is called."""
    if view == "chunks":
        return Mark(at, quoted(got), len(got))
    if view == "lines":
        return Mark(at, quoted(got.encode()))
    if view == "items":
        return Mark(at, label(got, called))
    if isinstance(got, Comment):
        return Mark(at, comment_name(got.text))
    return Mark(at, event_name(got.type, got.data), data=got.data)
