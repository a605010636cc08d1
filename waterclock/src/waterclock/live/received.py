"""What has come back so far, for any thread to read while another one is still adding to it."""

import threading
from time import perf_counter

from waterclock import sse
from waterclock.live.wire import Wire
from waterclock.timeline import State, Timeline


class Received:
    """The reading half of an exchange: properties only, each a snapshot. Times are seconds since the request."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        wire.now = self._now  # type: ignore[method-assign]
        self._changed = threading.Condition()
        self._since = perf_counter()

    def _now(self) -> float:
        return perf_counter() - self._since

    @property
    def status(self) -> int | None:
        """The status code, None before the headers are here."""
        return self._wire.status

    @property
    def headers(self) -> dict[str, str]:
        """Lower-case names; a field that came more than once is joined with a comma (RFC 9110, section 5.3)."""
        return self._wire.headers

    @property
    def raw(self) -> bytes:
        """Every byte as it was read: status line, headers, chunk framing."""
        with self._changed:
            return bytes(self._wire.raw)

    @property
    def chunks(self) -> list[tuple[float, bytes]]:
        """(time of its last byte, content) per HTTP chunk; per read where the body is not chunked."""
        with self._changed:
            return list(self._wire.chunks)

    @property
    def http_chunks(self) -> list[bytes]:
        """The complete HTTP chunks (RFC 9112, section 7.1) without their framing. Empty if the body is not chunked."""
        with self._changed:
            return list(self._wire.http_chunks)

    @property
    def body(self) -> bytes:
        with self._changed:
            return self._wire.received

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def lines(self) -> list[tuple[float, str]]:
        """(time, line without its line break). An unfinished last line counts once the response is over."""
        with self._changed:
            return self._wire.lines

    @property
    def events(self) -> list[tuple[float, sse.Event | sse.Comment]]:
        """(time, what a browser would dispatch) and the comments, in order."""
        with self._changed:
            return self._wire.events

    @property
    def state(self) -> State:
        """`open`, `ended` (complete), `truncated` (broke off: `error` says how) or `left` (this client closed it)."""
        return self._wire.state

    @property
    def ended_at(self) -> float | None:
        return self._wire.ended_at

    @property
    def error(self) -> str | None:
        return self._wire.error

    def timeline(self) -> Timeline:
        """What arrived and when: events and pings of an event stream, otherwise chunks."""
        with self._changed:
            return self._wire.timeline()
