"""The chunks of a body, read as lines and as server-sent events. Each is decoded once, when first asked for."""

import codecs
import re

from course import sse

# A piece per line break, so that a comment and an event from one chunk keep their order.
_PIECES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Views:
    """The same chunks read as lines and as server-sent events, each decoded once, when first asked for."""

    def __init__(self, chunks: list[tuple[float, bytes]]) -> None:
        self._chunks = chunks
        self._lines: list[tuple[float, str]] = []
        self._lines_taken = 0
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._events: list[tuple[float, sse.Event | sse.Comment]] = []
        self._events_taken = 0
        self._comments: list[sse.Comment] = []
        self._sse = sse.Decoder(on_comment=lambda text: self._comments.append(sse.Comment(text)))

    def lines(self, complete: bool) -> list[tuple[float, str]]:
        """Lines end at \\n or \\r\\n. What stands behind the last line break counts once the response is over."""
        for at, chunk in self._chunks[self._lines_taken :]:
            *whole, self._rest = (self._rest + self._text.decode(chunk)).split("\n")
            self._lines += [(at, line.removesuffix("\r")) for line in whole]
        self._lines_taken = len(self._chunks)
        if complete and self._rest:
            return [*self._lines, (self._chunks[-1][0], self._rest)]
        return list(self._lines)

    def events(self) -> list[tuple[float, sse.Event | sse.Comment]]:
        """What a browser would dispatch (WHATWG HTML 9.2.6), and the comments, in the order in which they came."""
        for at, chunk in self._chunks[self._events_taken :]:
            for piece in _PIECES.findall(chunk):
                dispatched = self._sse.feed(piece)
                self._events += [(at, comment) for comment in self._comments]
                self._comments.clear()
                self._events += [(at, event) for event in dispatched]
        self._events_taken = len(self._chunks)
        return list(self._events)
