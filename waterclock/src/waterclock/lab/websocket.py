"""One WebSocket in the lab: what its client says, what it hears, and when."""

import asyncio
import json
from typing import Any, Literal

from waterclock.errors import LabError
from waterclock.lab.exchange import ASGIApp
from waterclock.lab.inside import Inside
from waterclock.lab.owners import owned_by
from waterclock.lab.pace import Pace
from waterclock.lab.raised import told
from waterclock.timeline import Mark, State, Timeline, marks

SocketState = Literal["connecting", "open", "closed", "refused", "left"]
_DRAWN: dict[SocketState, State] = {
    "connecting": "open", "open": "open", "closed": "ended", "refused": "truncated", "left": "left",
}  # fmt: skip
NO_CODE, BROKEN, RESTART = 1005, 1006, 1012
"""Close codes that nobody sends (RFC 6455, section 7.4.1), and the one of a server that stops."""


class WebSocket:
    """
    A WebSocket under way. Times are virtual seconds since the lab began.

    `state` is `connecting`, `open` (accepted), `refused` (`status` says how), `closed` (by either side: `close_code`;
    1006 is an app that returned or crashed without a word) or `left` (the client's connection is gone). `window` is how
    many messages may pile up unread before the app's `send` waits; None: the client reads everything at once.
    """

    def __init__(self, lab: Inside, app: ASGIApp, scope: dict[str, Any], window: int | None) -> None:
        self.lab = lab
        self.path: str = scope["path"]
        self.state: SocketState = "connecting"
        self.messages: list[tuple[float, str | bytes]] = []
        """(seconds, text or bytes), as the app sent them."""
        self.status: int | None = None
        """101 when it was accepted; the status of the refusal."""
        self.headers: dict[str, str] = {}
        self.subprotocol: str | None = None
        self.close_code: int | None = None
        self.close_reason = ""
        self.error: str | None = None
        self.error_at: str | None = None
        self.traceback: str | None = None
        self.began_at = lab.now
        self.ended_at: float | None = None
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._to_app.put_nowait({"type": "websocket.connect"})
        self._unread = 0
        self._window = window
        self._room = asyncio.Event()
        self._pace = Pace(lab, "messages were sent", "socket")
        self.task = lab.loop.create_task(self._serve(app, scope), name=f"WebSocket {self.path}", context=owned_by(self))
        lab.loop.keeps(self.task)

    # What its owner does with it.

    def send(self, message: str | bytes) -> None:
        """The client says something. Raises `LabError` if it is not open."""
        if self.state not in ("open", "connecting"):
            raise LabError(f"this WebSocket is {self.state}: nothing can be sent")
        kind = "text" if isinstance(message, str) else "bytes"
        self.lab.act(lambda: self._to_app.put_nowait({"type": "websocket.receive", kind: message}))

    def send_json(self, value: Any) -> None:
        """The same as JSON, in a text message."""
        self.send(json.dumps(value, ensure_ascii=False))

    def close(self, code: int = 1000, reason: str = "") -> None:
        """The client says goodbye."""

        def action() -> None:
            if self.state in ("open", "connecting"):
                self._end("closed", code, reason)
                self._to_app.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})

        self.lab.act(action)

    def leave(self) -> None:
        """The client's connection is gone, without a word."""
        self.lab.act(self.hang_up)

    def hang_up(self, code: int = NO_CODE, state: SocketState = "left") -> None:
        """`leave`, for the lab's own thread; and what a server that stops does, with its code."""
        if self.state in ("open", "connecting"):
            lost = BROKEN if self.state == "connecting" else code
            self._end(state, lost, "")
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": lost})

    def read(self, n: int | None = None) -> None:
        """The client reads `n` of the messages that pile up (None: all there are)."""
        self._unread = 0 if n is None else self._unread - n
        self.lab.act(self._room.set)

    # What the client has.

    @property
    def received(self) -> int:
        """How many messages have reached the client."""
        return len(self.messages)

    @property
    def texts(self) -> list[str]:
        """The text messages, without their times."""
        return [message for _, message in self.messages if isinstance(message, str)]

    @property
    def moments(self) -> list[tuple[int, str, Any]]:
        """What was taken and sent in this lab, in order."""
        return self.lab.moments

    def timeline(self) -> Timeline:
        """What arrived and when, one mark a message."""
        arrived = tuple(
            Mark(at, marks.quoted(message.encode() if isinstance(message, str) else message))
            for at, message in self.messages
        )
        return Timeline(arrived, _DRAWN[self.state], self.lab.now if self.ended_at is None else self.ended_at)

    def __repr__(self) -> str:
        code = f" with {self.close_code}" if self.close_code is not None else ""
        since = f"since {self.began_at:g} s" if self.ended_at is None else f"at {self.ended_at:g} s"
        error = f", {self.error}" if self.error else ""
        return f"<WebSocket {self.path}: {self.state}{code} {since}, {len(self.messages)} messages{error}>"

    # The app's side. Source: ASGI message format, and uvicorn's websockets_sansio_impl for what a server makes of it.

    async def _serve(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._to_app.get, self._send)
        except BaseException as error:
            self.error, self.error_at, self.traceback = told(error)
            if isinstance(error, asyncio.CancelledError):
                raise
        finally:
            if self.state == "connecting":
                self.status = 500
                self.error = self.error or "The app returned without accepting or refusing."
                self._end("refused", BROKEN, "")
            elif self.state == "open":
                self._end("closed", BROKEN, "")

    async def _send(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        while self._window is not None and self._unread >= self._window and self.state == "open":
            self._room.clear()
            await self._room.wait()
        if self.state == "left":
            raise OSError("the client has gone")  # As uvicorn's ClientDisconnected; Starlette makes a disconnect of it.
        if self.state == "connecting":
            self._answer(kind, message)
        elif self.state == "refused" and kind == "websocket.http.response.body":
            return
        elif self.state != "open":
            raise RuntimeError(f"Unexpected ASGI message '{kind}', after sending 'websocket.close'.")
        elif kind == "websocket.send":
            self._pace.check()
            data: bytes | None = message.get("bytes")
            content = data if data is not None else message.get("text") or ""
            self.messages.append((self.lab.loop.time(), content))
            self._unread += 1
            self.lab.count("sent", self)
            await self.lab.loop.catch_up()
        elif kind == "websocket.close":
            code, reason = message.get("code", 1000), message.get("reason") or ""
            self._end("closed", code, reason)
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        else:
            raise RuntimeError(f"Expected ASGI message 'websocket.send' or 'websocket.close', but got '{kind}'.")

    def _answer(self, kind: str, message: dict[str, Any]) -> None:
        fields = message.get("headers") or ()
        if kind == "websocket.accept":
            self.state, self.status, self.subprotocol = "open", 101, message.get("subprotocol")
        elif kind in ("websocket.close", "websocket.http.response.start"):
            self.status = message.get("status", 403)
            self._end("refused", BROKEN, "")
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": BROKEN})
        else:
            raise RuntimeError(
                "Expected ASGI message 'websocket.accept', 'websocket.close' "
                f"or 'websocket.http.response.start' but got '{kind}'."
            )
        self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in fields}

    def _end(self, state: SocketState, code: int, reason: str) -> None:
        self.state, self.close_code, self.close_reason = state, code, reason
        self.ended_at = self.lab.loop.time()
        self._room.set()
