"""HTTP as uvicorn speaks it, with bounds: on time for a request, on requests in a row, on connections."""

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from course.server.room import MOST, REFUSED, Room, full

PATIENCE = 20.0
"""Seconds for the head of a request to be complete, from the moment the server is ready for it."""
SHORT = 2.0
"""The same for a connection that is only going to be told that there is no room."""


class Bounded(HttpToolsProtocol):
    """
    A connection that cannot take more than its share.

    A request that has not arrived after `PATIENCE` ends it; uvicorn would wait for ever. A request that is sent before
    the answer to the last one (pipelining, which no browser does) is not read, and the connection ends after that
    answer; uvicorn would keep all of them. One connection too many is answered 503.
    """

    room = Room.within(MOST)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deaf = False
        over = len(self.connections) - self.room.connections
        if over > 0:
            self.app = _no_room
        self._wait(SHORT if over > 0 else PATIENCE)
        if over > REFUSED:
            transport.abort()

    def _wait(self, seconds: float) -> None:
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._deaf:
            super().data_received(data)

    def on_headers_complete(self) -> None:
        self._deadline.cancel()
        if self.cycle is not None and not self.cycle.response_complete:
            self._deaf = True
            self.cycle.keep_alive = False
        if not self._deaf:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._deaf:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._deaf:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self._wait(PATIENCE)


async def _no_room(scope: Scope, receive: Receive, send: Send) -> None:
    await full("More connections are open than this server has room for.")(scope, receive, send)


def bounded(room: Room) -> type[Bounded]:
    """The protocol for a server with so much room."""
    members: dict[str, Any] = {"room": room}
    return type("Bounded", (Bounded,), members)
