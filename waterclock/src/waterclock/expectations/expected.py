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
    """
    One arrival. `at` is in seconds; None: at any time.

    `whole`: this, and another arrival as far as it is compared with it, in full, to find where the two differ.
    """

    view: View
    mark: str
    at: float | None
    fits: Callable[[Any], bool]
    whole: Callable[[Any], tuple[str, str]]
    data: str | None = None

    def __post_init__(self) -> None:
        if self.at is not None and not isinstance(self.at, int | float):
            raise TypeError(f"at is a number of seconds, got {self.at!r}")


def chunk(content: bytes | str, at: float | None = None) -> Expected:
    """One chunk of the body, as the app sent it."""
    raw = content.encode() if isinstance(content, str) else content
    return Expected("chunks", quoted(raw), at, lambda got: got == raw, lambda got: (escaped(raw), escaped(got)))


def line(text: str, at: float | None = None) -> Expected:
    """One line of the body, however it was cut into chunks; its time is that of its line break."""
    return Expected("lines", quoted(text.encode()), at, lambda got: got == text, lambda got: (text, got))


def item(value: Any, at: float | None = None) -> Expected:
    """One item of a plain generator."""
    return Expected("items", label(value), at, lambda got: got == value, lambda got: (repr(value), repr(got)))


def event(
    data: Any = None,
    *,
    type: str | None = None,
    id: str | None = None,
    at: float | None = None,
) -> Expected:
    """
    One server-sent event. `data`: text as it stands, or an object that the event holds as JSON; None: any.

    `type` and `id`: None for any. An event without a type of its own has the type "message".
    """

    def fits(got: Any) -> bool:
        return (
            isinstance(got, Event)
            and (data is None or _same_data(data, got.data))
            and (type is None or got.type == type)
            and (id is None or got.last_event_id == id)
        )

    text = data if isinstance(data, str) else "" if data is None else json.dumps(data, ensure_ascii=False)

    def whole(got: Any) -> tuple[str, str]:
        if not isinstance(got, Event):
            return "an event", f"the comment {got.text}"
        seen = got.data if isinstance(data, str) else _in_our_way(got.data)
        wanted, found = (["data " + text], ["data " + seen]) if data is not None else ([], [])
        for name, asked, has in (("type", type, got.type), ("id", id, got.last_event_id)):
            if asked is not None:
                wanted.append(f"{name} {asked}")
                found.append(f"{name} {has}")
        return ", ".join(wanted), ", ".join(found)

    return Expected("events", event_name(type or "message", text), at, fits, whole, text)


def ping(at: float | None = None) -> Expected:
    """A comment: the sign of life that clients ignore."""
    return Expected("events", "ping", at, lambda got: isinstance(got, Comment), lambda got: ("a comment", str(got)))


def _same_data(wanted: Any, got: str) -> bool:
    if isinstance(wanted, str):
        return got == wanted
    try:
        return bool(json.loads(got) == wanted)
    except ValueError:
        return False


def _in_our_way(text: str) -> str:
    """JSON as an expectation writes it, so that spaces make no difference."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def escaped(content: bytes) -> str:
    return content.decode("latin-1").encode("unicode_escape").decode("ascii")


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
