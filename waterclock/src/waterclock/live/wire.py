"""One HTTP/1.1 exchange as bytes: what to send, and what the bytes that come back mean. No I/O in here."""

from collections.abc import Iterable, Mapping

import h11

from waterclock.timeline import State
from waterclock.timeline.arrived import Arrived


class Wire(Arrived):
    """
    What the client knows about one response. Times are whatever the caller passes as `at`, seconds by convention.

    `chunks` holds one entry per HTTP chunk (RFC 9112, section 7.1) with the time of its last byte. A body without
    chunked framing has no such boundaries: there it is one entry per read.
    """

    def __init__(self, method: str, target: str, headers: Iterable[tuple[str, str]], size: int | None) -> None:
        """`size` is the length of the request's body in bytes, None when it is not known and goes out chunked."""
        self._http = h11.Connection(h11.CLIENT)
        fields = list(headers)
        if size is None:
            fields.append(("Transfer-Encoding", "chunked"))
        elif size or method in {"POST", "PUT", "PATCH"}:
            fields.append(("Content-Length", str(size)))
        self.head = self._sent(h11.Request(method=method, target=target, headers=fields))
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.raw = bytearray()
        self.chunks: list[tuple[float, bytes]] = []
        self.http_chunks: list[bytes] = []
        self.state: State = "open"
        self.ended_at: float | None = None
        self.error: str | None = None
        self._chunked = False
        self._part = bytearray()

    def _sent(self, event: h11.Event) -> bytes:
        return self._http.send(event) or b""

    def framed(self, part: bytes) -> bytes:
        """The bytes that carry this part of the request's body."""
        return self._sent(h11.Data(data=part))

    def end_of_body(self) -> bytes:
        return self._sent(h11.EndOfMessage())

    def feed(self, data: bytes, at: float) -> None:
        """Takes what was read; b"" is the end of file."""
        self.raw += data
        try:
            self._http.receive_data(data)
            while self.state == "open":
                event = self._http.next_event()
                if event is h11.NEED_DATA or event is h11.PAUSED:
                    return
                self._take(event, at)
        except h11.RemoteProtocolError as error:
            self.cut(str(error), at)

    def _take(self, event: object, at: float) -> None:
        if isinstance(event, h11.Response):
            self.status = event.status_code
            self.headers = _joined(event.headers)
            self._chunked = "chunked" in self.headers.get("transfer-encoding", "").lower()
        elif isinstance(event, h11.Data):
            self._part += event.data
            if event.chunk_end or not self._chunked:
                self._complete(at)
        elif isinstance(event, h11.EndOfMessage):
            self._finish("ended", at)
        elif isinstance(event, h11.ConnectionClosed):
            self.cut("the server closed the connection before it answered", at)

    def _complete(self, at: float) -> None:
        part = bytes(self._part)
        self._part.clear()
        self.chunks.append((at, part))
        if self._chunked:
            self.http_chunks.append(part)

    def _finish(self, state: State, at: float) -> None:
        if self._part:  # A chunk that was cut in the middle is not an HTTP chunk, but its bytes did arrive.
            self.chunks.append((at, bytes(self._part)))
            self._part.clear()
        self.state, self.ended_at = state, at

    def cut(self, error: str, at: float) -> None:
        """The connection broke before the response was complete."""
        if self.state == "open":
            self.error = error
            self._finish("truncated", at)

    def leave(self, at: float) -> None:
        """The client closed the connection itself."""
        if self.state == "open":
            self._finish("left", at)

    @property
    def received(self) -> bytes:
        return b"".join(part for _, part in self.chunks) + self._part


def _joined(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in fields:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def fields(headers: Mapping[str, str] | None, host: str) -> list[tuple[str, str]]:
    """The request's header fields: what the caller asked for, and what HTTP/1.1 needs if he did not say it."""
    given = dict(headers or {})
    names = {name.lower() for name in given}
    usual = {"Host": host, "Accept": "*/*", "User-Agent": "waterclock"}
    return [(name, value) for name, value in usual.items() if name.lower() not in names] + list(given.items())
