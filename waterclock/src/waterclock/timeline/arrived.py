"""What has arrived at a client, read in every way that somebody may ask for."""

from waterclock.sse import Comment, Event
from waterclock.timeline import marks
from waterclock.timeline.record import State, Timeline
from waterclock.timeline.views import Views


class Arrived:
    """
    For whoever has `chunks` [(seconds, bytes)], `headers` (lower-case names), a `state` and, in the end, `ended_at`.

    `now()` is the time until which nothing more has come.
    """

    chunks: list[tuple[float, bytes]]
    headers: dict[str, str]
    state: State
    ended_at: float | None
    _views: Views | None = None

    @classmethod
    def of(
        cls, chunks: list[tuple[float, bytes]], headers: dict[str, str], state: State, ended_at: float | None
    ) -> "Arrived":
        """What is known from a record."""
        arrived = cls()
        arrived.chunks, arrived.headers, arrived.state, arrived.ended_at = chunks, headers, state, ended_at
        return arrived

    def now(self) -> float:
        """Seconds, by the clock that the chunks' times come from."""
        raise NotImplementedError

    @property
    def body(self) -> bytes:
        """All bytes so far."""
        return b"".join(chunk for _, chunk in self.chunks)

    @property
    def text(self) -> str:
        """The same as UTF-8; what is none becomes U+FFFD."""
        return self.body.decode("utf-8", "replace")

    @property
    def lines(self) -> list[tuple[float, str]]:
        """(time, line without its line break). An unfinished last line counts once the response is over."""
        return self.views.lines(self.chunks, complete=self.state != "open")

    @property
    def events(self) -> list[tuple[float, Event | Comment]]:
        """(time, what a browser would dispatch) and the comments, in order."""
        return self.views.events(self.chunks)

    @property
    def is_event_stream(self) -> bool:
        """Whether the headers say that these are server-sent events."""
        return self.headers.get("content-type", "").startswith("text/event-stream")

    @property
    def views(self) -> Views:
        if self._views is None:
            self._views = Views()
        return self._views

    def timeline(self) -> Timeline:
        """What arrived and when: events and pings of an event stream, otherwise chunks."""
        if self.is_event_stream:
            arrivals = tuple(marks.of_event(at, item) for at, item in self.events)
        else:
            arrivals = tuple(marks.of_chunk(at, chunk) for at, chunk in self.chunks)
        return Timeline(arrivals, self.state, self.now() if self.ended_at is None else self.ended_at)
