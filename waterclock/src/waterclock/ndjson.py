"""
NDJSON: one JSON value per line.

Lines end at the byte 0x0A and nowhere else: JSON may hold U+0085, U+2028 and U+2029 unescaped, and `str.splitlines`
(and httpx's `iter_lines`) cuts a value in two there. 0x0A never occurs inside a character of UTF-8, so splitting the
bytes is safe wherever the network cut them.
"""

import json
from typing import Any

LIMIT = 16 * 1024 * 1024


class LineTooLong(ValueError):
    """A line is beyond the limit."""


def encode(value: object) -> bytes:
    """
    One value as one line: compact, non-ASCII readable. TypeError for what JSON cannot hold, ValueError for NaN and the
    infinities (no JSON has them), UnicodeEncodeError for a lone surrogate.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


class LineDecoder:
    """
    Bytes cut anywhere in, whole lines out, without their line end (LF or CRLF). Blank lines are skipped. `limit` is
    the longest line in bytes (None: no limit); no more than one line and one chunk is ever held.
    """

    def __init__(self, *, limit: int | None = LIMIT) -> None:
        self._limit = limit
        self._held = bytearray()

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completes. LineTooLong when one is beyond the limit; then the decoder is done."""
        *ends, rest = chunk.split(b"\n")
        lines = []
        for piece in ends:
            self._hold(piece)
            lines += self._take()
        self._hold(rest)
        return lines

    def close(self) -> list[bytes]:
        """The last line, if the stream ended without a newline. It may be cut short: only its reader can tell."""
        return self._take()

    def _hold(self, piece: bytes) -> None:
        self._held += piece
        # The CR of a CRLF is not part of the line, and may be all that is too much.
        if self._limit is not None and len(self._held) - self._held.endswith(b"\r") > self._limit:
            self._held.clear()
            raise LineTooLong(f"A line has more than {self._limit} bytes.")

    def _take(self) -> list[bytes]:
        line = bytes(self._held).removesuffix(b"\r")
        self._held.clear()
        return [line] if line.strip(b" \t\r") else []


class Decoder:
    """LineDecoder and `json.loads`: bytes in, values out. A broken line is a `json.JSONDecodeError`."""

    def __init__(self, *, limit: int | None = LIMIT) -> None:
        self._lines = LineDecoder(limit=limit)

    def feed(self, chunk: bytes) -> list[Any]:
        """The values that `chunk` completes."""
        return [json.loads(line) for line in self._lines.feed(chunk)]

    def close(self) -> list[Any]:
        """The last value, if the stream ended without a newline."""
        return [json.loads(line) for line in self._lines.close()]
