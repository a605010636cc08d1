"""What arrived, as marks on a timeline and as words in a message."""

from typing import Any

from waterclock import sse
from waterclock.timeline import Mark


def of_chunk(at: float, content: bytes) -> Mark:
    text = quoted(content)
    return Mark(at, text, len(content), text)


def of_event(at: float, item: sse.Event | sse.Comment) -> Mark:
    if isinstance(item, sse.Comment):
        return Mark(at, comment_name(item.text), data=f": {item.text}")
    return Mark(at, event_name(item.type), data=item.data)


def event_name(type: str, data: str = "") -> str:
    """What an event is called wherever one is named: `event`, `event gale`; with its data where that is compared."""
    name = "event" if type == "message" else f"event {type}"
    shown = data if len(data) <= 24 else data[:23] + "…"
    return f"{name} {shown}" if shown else name


def comment_name(text: str) -> str:
    """`ping`; another comment says that it is one, `comment keep-alive`."""
    said = text.strip()
    return said if said == "ping" else f"comment {said}".strip()


def label(value: Any, called: str | None = None) -> str:
    """An item in words: bytes and text escaped, else its `repr`, shortened; `tick 3` if it is `called` so."""
    if called:
        return f"{called} {label(value)}"
    if isinstance(value, bytes):
        return quoted(value)
    if isinstance(value, str):
        return quoted(value.encode())
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def quoted(content: bytes, limit: int = 60) -> str:
    """Bytes as one line of ASCII in quotes. Longer than `limit` bytes: the beginning, and how many there are."""
    shown = "".join(_shown(byte) for byte in content[:limit])
    return f'"{shown}"' if len(content) <= limit else f'"{shown}…" ({len(content)} bytes)'


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shown(byte: int) -> str:
    return _ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}")


_ESCAPES = {10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 92: "\\\\"}
