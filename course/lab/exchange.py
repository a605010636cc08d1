"""One request in the lab: what the client sends and does, and what the app sends back, and when."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from course.arrivals import marks
from course.arrivals.views import Views
from course.lab import frames
from course.lab.asgi import CRASHED, Length
from course.lab.errors import NoTimePasses
from course.lab.loop import one_line
from course.sse import Comment, Event
from course.timeline import State, Timeline

if TYPE_CHECKING:
    from course.lab.machinery import Machinery

ASGIApp = Callable[..., Any]


class Exchange:
    """
    A request under way. Times are virtual seconds since the lab began.

    `state` is `open`, `ended` (the app finished the body), `truncated` (it broke off; `error` says why) or `left` (the
    client went away). `window` is how many bytes may pile up unread before the app's `send` waits; None means that the
    client reads everything at once.
    """

    def __init__(
        self, lab: "Machinery", app: ASGIApp, scope: dict[str, Any], body: bytes | Iterable[bytes], window: int | None
    ) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.chunks: list[tuple[float, bytes]] = []
        self.state: State = "open"
        self.error: str | None = None
        self.error_at: str | None = None
        self.began_at = lab.now
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.returned_at: float | None = None
        self.sends = 0
        self._lab = lab
        self._views = Views(self.chunks)
        self._body = [body] if isinstance(body, bytes) else list(body) or [b""]
        self._unread = 0
        self._window = window
        self._room = asyncio.Event()
        self._over = asyncio.Event()
        self._length: Length | None = None
        self._instant = (-1.0, 0)
        self.task = lab.loop.create_task(self._serve(app, scope), name=f"{self.method} {scope['path']}")
        lab.loop.own_tasks.add(self.task)

    # What the grader does with it.

    def read(self, n: int | None = None) -> None:
        """The client reads `n` of the bytes that pile up (None: everything there is)."""
        self._unread = 0 if n is None else self._unread - n
        self._lab.act(self._room.set)

    def leave(self) -> None:
        """The client closes the connection, now."""
        self._lab.act(self.hang_up)

    def hang_up(self) -> None:
        """`leave`, for the lab's own thread."""
        if self.state == "open":
            self.state, self.ended_at = "left", self._lab.now
        self._over.set()
        self._room.set()

    # What the client has.

    @property
    def body(self) -> bytes:
        return b"".join(chunk for _, chunk in self.chunks)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def lines(self) -> list[tuple[float, str]]:
        """(time, line without its line break). An unfinished last line counts once the response is over."""
        return self._views.lines(self.state != "open")

    @property
    def events(self) -> list[tuple[float, Event | Comment]]:
        """(time, what a browser would dispatch) and the comments, in order."""
        return self._views.events()

    @property
    def received(self) -> int:
        """How many chunks have reached the client."""
        return len(self.chunks)

    @property
    def moments(self) -> list[tuple[int, str, Any]]:
        """What was taken and sent in this lab, in order: (number, "taken" or "sent", by whom)."""
        return self._lab.moments

    def timeline(self) -> Timeline:
        """What arrived and when: events and pings of an event stream, otherwise chunks."""
        if self.headers.get("content-type", "").startswith("text/event-stream"):
            arrivals = tuple(marks.of_event(at, item) for at, item in self.events)
        else:
            arrivals = tuple(marks.of_chunk(at, chunk) for at, chunk in self.chunks)
        return Timeline(arrivals, self.state, self._lab.now if self.ended_at is None else self.ended_at)

    # The app's side.

    async def _serve(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except BaseException as error:
            # Text only, no traceback: it would keep the app's generators alive.
            self.error, self.error_at = one_line(error), frames.place_of_error(error)
            if isinstance(error, asyncio.CancelledError):
                raise
        finally:
            self.returned_at = self._lab.loop.time()
            self._finish()
            self._over.set()

    def _finish(self) -> None:
        """The app has returned or raised: what a server makes of a response that is not complete."""
        if self.state != "open":
            return
        self.ended_at = self.returned_at
        if self.status is not None:
            self.state = "truncated"
            self.error = self.error or "The app returned before its response was complete."
            return
        self.error = self.error or "The app returned without a response."
        self.status, self.state, self.answered_at = 500, "ended", self.returned_at
        self.headers = {name.decode(): value.decode() for name, value in CRASHED}
        if self.method != "HEAD":
            self.chunks.append((self._lab.loop.time(), b"Internal Server Error"))

    async def _receive(self) -> dict[str, Any]:
        if self._body and self.state != "left":
            body = self._body.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(self._body)}
        if self.state == "open":
            await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        # The headers find an empty buffer.
        while self._length and self._window is not None and self._unread >= self._window and self.state == "open":
            self._room.clear()
            await self._room.wait()
        kind = message["type"]
        if self.state == "left":
            return  # As uvicorn does: silently.
        if self.state != "open":
            raise RuntimeError(f"Unexpected ASGI message '{kind}' sent, after response already completed.")
        expected = "http.response.start" if self._length is None else "http.response.body"
        if kind != expected:
            raise RuntimeError(f"Expected ASGI message '{expected}', but got '{kind}'.")
        self._check_pace()
        if self._length is None:
            self._start(message)
        else:
            self._append(self._length, message.get("body", b""), last=not message.get("more_body", False))
        await self._lab.loop.catch_up()

    def _start(self, message: dict[str, Any]) -> None:
        raw = list(message.get("headers", ()))
        self.status, self.answered_at = message["status"], self._lab.loop.time()
        for name, value in raw:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text
        self._length = Length(raw, self.method)

    def _append(self, length: Length, body: bytes, *, last: bool) -> None:
        length.count(body, last=last)
        if body and self.method != "HEAD":
            self.chunks.append((self._lab.loop.time(), bytes(body)))
            self._unread += len(body)
            self._lab.count("sent", self)
        if last:
            self.state, self.ended_at = "ended", self._lab.loop.time()
            self._over.set()

    def _check_pace(self) -> None:
        """An endless stream that never waits for anything would fill the memory. It is cut off instead."""
        now = self._lab.loop.time()
        self._instant = (now, self._instant[1] + 1) if self._instant[0] == now else (now, 1)
        self.sends += 1
        if self._instant[1] > self._lab.max_sends:
            said = f"{self._lab.max_sends:,} chunks were sent in one instant: nothing in the stream waits"
            raise self._lab.give_up(NoTimePasses(said, self._lab.loop.generators.place()))
        self._lab.loop.clock.progress += 1
