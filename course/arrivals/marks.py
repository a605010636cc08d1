"""What arrived, as marks on a timeline and as words in a message."""

from course import sse
from course.timeline import Mark


def of_chunk(at: float, content: bytes) -> Mark:
    text = quoted(content)
    return Mark(at, text, len(content), text)


def of_event(at: float, item: sse.Event | sse.Comment) -> Mark:
    if isinstance(item, sse.Comment):
        return Mark(at, item.text.strip() or "comment", data=f": {item.text}")
    name = "event" if item.type == "message" else f"event {item.type}"
    return Mark(at, name, data=item.data)


def quoted(content: bytes, limit: int = 60) -> str:
    """Bytes as one line of ASCII in quotes. Longer than `limit` bytes: the beginning, and how many there are."""
    shown = "".join(_shown(byte) for byte in content[:limit])
    return f'"{shown}"' if len(content) <= limit else f'"{shown}…" ({len(content)} bytes)'


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shown(byte: int) -> str:
    return _ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}")


_ESCAPES = {10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 92: "\\\\"}
