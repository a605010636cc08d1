"""The chunks of a body, read as lines and as server-sent events. Each is decoded once, when first asked for."""

import codecs

from waterclock import sse


class Views:
    """The same growing list of chunks read as lines and as server-sent events."""

    def __init__(self) -> None:
        self._lines: list[tuple[float, str]] = []
        self._lines_taken = 0
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._events: list[tuple[float, sse.Event | sse.Comment]] = []
        self._events_taken = 0
        self._sse = sse.Decoder()

    def lines(self, chunks: list[tuple[float, bytes]], *, complete: bool) -> list[tuple[float, str]]:
        """Lines end at \\n or \\r\\n. What stands behind the last line break counts once the response is over."""
        for at, chunk in chunks[self._lines_taken :]:
            *whole, self._rest = (self._rest + self._text.decode(chunk)).split("\n")
            self._lines += [(at, line.removesuffix("\r")) for line in whole]
        self._lines_taken = len(chunks)
        if complete and self._rest:
            return [*self._lines, (chunks[-1][0], self._rest)]
        return list(self._lines)

    def events(self, chunks: list[tuple[float, bytes]]) -> list[tuple[float, sse.Event | sse.Comment]]:
        """What a browser would dispatch (WHATWG HTML 9.2.6), and the comments, in the order in which they came."""
        for at, chunk in chunks[self._events_taken :]:
            self._events += [(at, item) for item in self._sse.read(chunk)]
        self._events_taken = len(chunks)
        return list(self._events)
