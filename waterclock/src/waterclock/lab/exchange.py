"""One request in the lab: what the client sends and does, and what the app sends back, and when."""

import asyncio
from collections.abc import Callable
from typing import Any

from waterclock.lab.asgi import CRASHED, Length
from waterclock.lab.inside import Inside
from waterclock.lab.owners import owned_by
from waterclock.lab.pace import Pace
from waterclock.lab.raised import told
from waterclock.lab.upload import Body, Upload
from waterclock.timeline import State
from waterclock.timeline.arrived import Arrived

ASGIApp = Callable[..., Any]


class Exchange(Arrived):
    """
    A request under way. Times are virtual seconds since the lab began.

    `state` is `open`, `ended` (the app finished the body), `truncated` (it broke off; `error` says why) or `left` (the
    client went away). `window`: once so many bytes have piled up unread, the app's next `send` waits; None means
    that the client reads everything at once.
    """

    def __init__(self, lab: Inside, app: ASGIApp, scope: dict[str, Any], body: Body, window: int | None) -> None:
        self.lab = lab
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.did: str | None = None
        """What was done with it, in words, for whoever tells of it."""
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        """Lower-case names; a field that came more than once is joined with a comma (RFC 9110, section 5.3)."""
        self.chunks: list[tuple[float, bytes]] = []
        """(seconds, bytes), as the app sent them."""
        self.state: State = "open"
        self.error: str | None = None
        """What the app raised, or what is wrong with its answer, in one line."""
        self.error_at: str | None = None
        """`file:line` of it, in judged code."""
        self.traceback: str | None = None
        """The whole of it, as text."""
        self.began_at = lab.now
        self.answered_at: float | None = None
        """When the headers were sent."""
        self.ended_at: float | None = None
        self.returned_at: float | None = None
        """When the app returned: after its work in the background."""
        self._unread = 0
        self._window = window
        self._room = asyncio.Event()
        self._length: Length | None = None
        self._pace = Pace(lab, "chunks were sent", "stream")
        self._upload = Upload(body)
        self.task = lab.loop.create_task(
            self._serve(app, scope), name=f"{self.method} {scope['path']}", context=owned_by(self)
        )
        lab.loop.keeps(self.task)
        if self._upload.is_timed:
            lab.loop.keeps(lab.loop.create_task(self._send_body(), name="upload", context=owned_by(self)))

    # What its owner does with it.

    def read(self, n: int | None = None) -> None:
        """The client reads `n` of the bytes that pile up (None: everything there is)."""
        self._unread = 0 if n is None else self._unread - n
        self.lab.act(self._room.set)

    def leave(self) -> None:
        """The client closes the connection, now."""
        self.lab.act(self.hang_up)

    def hang_up(self) -> None:
        """`leave`, for the lab's own thread."""
        if self.state == "open":
            self.state, self.ended_at = "left", self.lab.now
        self._upload.disconnect()
        self._room.set()

    # What the client has.

    def now(self) -> float:
        return self.lab.now

    @property
    def received(self) -> int:
        """How many chunks have reached the client."""
        return len(self.chunks)

    @property
    def moments(self) -> list[tuple[int, str, Any]]:
        """What was taken and sent in this lab, in order: (number, "taken" or "sent", by whom)."""
        return self.lab.moments

    def __repr__(self) -> str:
        answer = self.status or "no answer yet"
        since = f"since {self.began_at:g} s" if self.ended_at is None else f"at {self.ended_at:g} s"
        chunks = f"{len(self.chunks)} chunk{'' if len(self.chunks) == 1 else 's'}, {len(self.body)} bytes"
        error = f", {self.error}" if self.error else ""
        return f"<{self.method} {self.path}: {answer}, {self.state} {since}, {chunks}{error}>"

    # The client's sending.

    async def _send_body(self) -> None:
        if not await self._upload.run() and self.state == "open":
            self.error, self.error_at = f"the client's upload broke: {self._upload.error}", self._upload.error_at
            self.hang_up()

    # The app's side.

    async def _serve(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except BaseException as error:
            self.error, self.error_at, self.traceback = told(error)
            if isinstance(error, asyncio.CancelledError):
                raise
        finally:
            self.returned_at = self.lab.loop.time()
            self._finish()
            self._upload.disconnect()

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
            self.chunks.append((self.lab.loop.time(), b"Internal Server Error"))

    async def _receive(self) -> dict[str, Any]:
        return await self._upload.receive(gone=self.state != "open")

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
        self._pace.check()
        if self._length is None:
            self._start(message)
        else:
            self._append(self._length, message.get("body", b""), last=not message.get("more_body", False))
        await self.lab.loop.catch_up()

    def _start(self, message: dict[str, Any]) -> None:
        raw = list(message.get("headers", ()))
        self.status, self.answered_at = message["status"], self.lab.loop.time()
        for name, value in raw:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text
        self._length = Length(raw, self.method)

    def _append(self, length: Length, body: bytes, *, last: bool) -> None:
        length.count(body, last=last)
        if body and self.method != "HEAD":
            self.chunks.append((self.lab.loop.time(), bytes(body)))
            self._unread += len(body)
            self.lab.count("sent", self)
        if last:
            self.state, self.ended_at = "ended", self.lab.loop.time()
            self._upload.disconnect()
