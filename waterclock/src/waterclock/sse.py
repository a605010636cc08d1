"""
Server-Sent Events: the format, decoded as a browser decodes it, and encoded so that it comes back unchanged.

Standard: WHATWG HTML 9.2.5 and 9.2.6. Pure: bytes in, events out; nothing here reads a socket.
"""

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

MAX_EVENT = 16 * 1024 * 1024

_ENDING = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Event:
    """What a browser dispatches: its type, its data, and the last event id as it was at that moment."""

    type: str = "message"
    """What the `event:` line said, or `message`."""
    data: str = ""
    """The `data:` lines, joined by newlines."""
    last_event_id: str = ""
    """The last `id:` so far, of this event or of one before."""

    @property
    def event(self) -> str:
        """The type, by the name of its field in the stream."""
        return self.type

    @property
    def id(self) -> str:
        """The last event id, by the name of its field in the stream."""
        return self.last_event_id

    def json(self) -> object:
        """The data, decoded. Raises ValueError if it is no JSON."""
        return json.loads(self.data)


@dataclass(frozen=True)
class Comment:
    """A line that began with a colon: `Comment("ping")`. Browsers read it and ignore it."""

    text: str


class EventTooLarge(ValueError):
    """An event grew beyond the limit before its blank line came."""


class Decoder:
    """
    A push parser: feed it bytes as they arrive, cut anywhere, and it returns the events they complete.

    What has no blank line behind it at the end of the stream is not an event (WHATWG HTML 9.2.6), so there is nothing
    to close. Invalid UTF-8 becomes U+FFFD, never an error. `max_event` bounds what one unfinished event may hold, in
    characters (None: no bound).
    """

    def __init__(
        self,
        *,
        last_event_id: str = "",
        on_comment: Callable[[str], None] | None = None,
        max_event: int | None = MAX_EVENT,
    ) -> None:
        self.last_event_id = last_event_id
        """What a browser sends as `Last-Event-ID` when it reconnects."""
        self.retry: int | None = None
        """The reconnection time the stream asked for, in milliseconds."""
        self._on_comment = on_comment
        self._max_event = max_event
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self._at_start = True
        self._after_cr = False
        self._line: list[str] = []  # Pieces, not one string: joining at every byte would cost quadratic time.
        self._held = 0
        self._id = last_event_id
        self._type = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes. EventTooLarge when one is beyond the limit; then the decoder is done."""
        events: list[Event] = []
        for item in self.read(chunk):
            if isinstance(item, Event):
                events.append(item)
            elif self._on_comment:
                self._on_comment(item.text)
        return events

    def read(self, chunk: bytes) -> list[Event | Comment]:
        """Like `feed`, but events and comments together, in the order in which they came."""
        text = self._text.decode(chunk)
        if not text:
            return []
        if self._at_start:
            self._at_start = False
            text = text.removeprefix("\ufeff")
        # A CR ends its line at once; the LF that may follow in the next chunk belongs to it.
        if self._after_cr and text:
            self._after_cr = False
            text = text.removeprefix("\n")
        if not text:
            return []
        self._after_cr = text.endswith("\r")
        *ends, rest = _ENDING.split(text)
        items: list[Event | Comment] = []
        for piece in ends:
            self._hold(piece)
            line = "".join(self._line)
            self._line.clear()
            if line.startswith(":"):
                self._held -= len(line)
                items.append(Comment(line[1:].removeprefix(" ")))
            elif line:
                self._field(line)
            elif event := self._dispatch():
                items.append(event)
        self._hold(rest)
        return items

    def _hold(self, piece: str) -> None:
        if not piece:
            return
        self._line.append(piece)
        self._held += len(piece)
        if self._max_event is not None and self._held > self._max_event:
            raise EventTooLarge(f"An event has more than {self._max_event} characters and no blank line yet.")

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            return
        self._held -= len(line)  # Only data piles up.
        if name == "event":
            self._type = value
        elif name == "id":
            if "\0" not in value:
                self._id = value
        elif name == "retry" and value.isascii() and value.isdigit() and len(value) <= 4000:  # int() has a limit.
            self.retry = int(value)  # At once, not at the blank line.

    def _dispatch(self) -> Event | None:
        self.last_event_id = self._id  # Even when there is no data to dispatch.
        kind, data = self._type or "message", self._data
        self._type, self._data, self._held = "", [], 0
        return Event(kind, "\n".join(data), self.last_event_id) if data else None


def encode(
    data: object = None,
    *,
    event: str | None = None,
    id: str | None = None,
    retry: int | None = None,
    comment: str | None = None,
) -> bytes:
    """
    One event as bytes, blank line included. Text goes out as it is, with CR and CRLF as LF, since the format cannot
    hold them; anything else as compact JSON, non-ASCII readable. `data=None` is no data: nothing is dispatched.

    `retry` in milliseconds. `comment` alone is a ping: `encode(comment="ping") == b": ping\\n\\n"`.
    ValueError for a newline in `event` or `id` (it would forge a field), a NUL in `id` (browsers ignore such an id)
    and a negative `retry`. TypeError for what JSON cannot hold, UnicodeEncodeError for a lone surrogate.
    """
    for name, value in (("event", event), ("id", id)):
        if value is not None and _ENDING.search(value):
            raise ValueError(f"{name}={value!r} holds a newline, which would start a new field.")
    if id is not None and "\0" in id:
        raise ValueError(f"id={id!r} holds a NUL; browsers ignore such an id.")
    if retry is not None and retry < 0:
        raise ValueError(f"retry={retry} is negative; it is a time in milliseconds.")

    lines = [f": {line}" for line in _ENDING.split(comment)] if comment is not None else []
    if event is not None:
        lines.append(f"event: {event}")
    if id is not None:
        lines.append(f"id: {id}")
    if retry is not None:
        lines.append(f"retry: {retry:d}")
    if data is not None:
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        lines += [f"data: {line}" for line in _ENDING.split(text)]
    return "\n".join([*lines, "", ""]).encode() if lines else b""


def accepts(status: int, content_type: str | None) -> bool:
    """
    Whether an EventSource stays with this response: status 200 and `text/event-stream`, whatever its parameters.
    Anything else closes it for good (WHATWG HTML 9.2.3), so 204 is how a server says "stop reconnecting".
    """
    essence = (content_type or "").partition(";")[0].strip(" \t\r\n").lower()
    return status == 200 and essence == "text/event-stream"
