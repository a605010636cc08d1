"""
The way to the lessons' apps: what a page asks goes to their process, and what the app sends comes back as it was sent.

Nothing is kept on the way. Each chunk of the app is a chunk of the answer, at the moment it arrives; a reader who is
slow slows the app down, one who leaves is gone there at once, and an answer that broke off there breaks off here.
"""

import asyncio
import contextlib
import socket

import h11
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from course.server.room import Room, full
from course.server.upstream import BUFFER, KEY, Address, Upstream
from course.supervision import Stopped

RUN = b"x-course-run"
"""The header that tells a page which process answered, so that it knows whether that is the one that has ended."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_TRIES, _PAUSE = 100, 0.1  # attempts to reach a process that is being replaced, and seconds between two of them
_OF_THIS_HOP = {b"connection", b"expect", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade", KEY}
_HEAD = 1 << 20  # bytes of a response's head: what an app may send is not for us to say


class Proxy:
    """The lessons' apps, as if they were mounted here. No more than `room.apps` requests are on their way at once."""

    def __init__(self, upstream: Upstream, room: Room) -> None:
        self._upstream, self._room = upstream, room
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif self._open >= self._room.apps:
            await full(f"The lessons' apps work on {self._open} requests already.")(scope, receive, send)
        else:
            self._open += 1
            try:
                await self._pass(scope, receive, send)
            finally:
                self._open -= 1

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            address, streams = await self._connected()
        except Stopped as reason:
            await full(f"The lessons' apps do not run. {reason}")(scope, receive, send)
            return
        try:
            passage = Passage(scope, address)
        except h11.LocalProtocolError as error:
            streams[1].close()
            await PlainTextResponse(f"{error}\n", status_code=400)(scope, receive, send)
            return
        if not await passage.through(*streams, receive, send):
            await full("The app was restarted before it answered.")(scope, receive, send)

    async def _connected(self) -> tuple[Address, Streams]:
        """A way to the process that is there, or to the next one. Raises Stopped."""
        for _ in range(_TRIES):
            address = await self._upstream.address()
            try:
                return address, await _connect(address.port)
            except OSError:
                await asyncio.sleep(_PAUSE)  # It has just gone, which will be noticed in a moment.
        raise Stopped("Nobody answers there.")


class Passage:
    """One request to an app, and its answer."""

    def __init__(self, scope: Scope, address: Address) -> None:
        """Raises h11.LocalProtocolError for a request that cannot be passed on."""
        self._address = address
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD)
        self._started = False
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        headers = [each for each in scope["headers"] if each[0] not in _OF_THIS_HOP]
        headers += [each for each in scope["headers"] if each[0] == b"transfer-encoding"]
        headers.append((KEY, address.key.encode()))
        self._head = self._http.send(
            h11.Request(method=scope["method"], target=scope["raw_path"] + query, headers=headers)
        )

    async def through(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receive: Receive, send: Send
    ) -> bool:
        """Whether the app has begun to answer. An answer that it has not finished stays unfinished."""
        writer.write(self._head or b"")
        reading = asyncio.create_task(self._pass_on(receive, writer))
        answering = asyncio.create_task(self._bring_back(reader, send))
        try:
            await asyncio.wait({reading, answering}, return_when=asyncio.FIRST_COMPLETED)
            return self._started or (reading.done() and not answering.done())
        finally:
            reading.cancel()
            answering.cancel()
            writer.transport.abort()  # The app knows at once.
            await asyncio.gather(reading, answering, return_exceptions=True)

    async def _pass_on(self, receive: Receive, writer: asyncio.StreamWriter) -> None:
        """What the reader sends. Returns when the reader has left."""
        while (message := await receive())["type"] != "http.disconnect":
            # An app may answer, or go, before it has read everything: what is left is for nobody.
            with contextlib.suppress(h11.LocalProtocolError, OSError):
                if body := message.get("body"):
                    writer.write(self._http.send(h11.Data(data=body)) or b"")
                if not message.get("more_body"):
                    writer.write(self._http.send(h11.EndOfMessage()) or b"")
                await writer.drain()

    async def _bring_back(self, reader: asyncio.StreamReader, send: Send) -> None:
        """What the app sends, until it is complete or broken off."""
        chunked, chunk = False, bytearray()
        with contextlib.suppress(h11.RemoteProtocolError, OSError):
            while True:
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    self._http.receive_data(await reader.read(BUFFER))
                elif isinstance(event, h11.Response):
                    self._started = True
                    chunked = any(name == b"transfer-encoding" for name, _ in event.headers)
                    headers = [(name, value) for name, value in event.headers if name != b"transfer-encoding"]
                    headers.append((RUN, str(self._address.run).encode()))
                    await send({"type": "http.response.start", "status": event.status_code, "headers": headers})
                elif isinstance(event, h11.Data):
                    chunk += event.data
                    if event.chunk_end or not chunked:
                        await send({"type": "http.response.body", "body": bytes(chunk), "more_body": True})
                        chunk.clear()
                elif isinstance(event, h11.EndOfMessage):
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                    return
                elif not isinstance(event, h11.InformationalResponse):
                    return  # It has gone.


async def _connect(port: int) -> Streams:
    """With small buffers: what waits in them is what the app believes to have been read."""
    connection = socket.socket()
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
        return await asyncio.open_connection(sock=connection, limit=BUFFER)
    except BaseException:
        connection.close()
        raise
