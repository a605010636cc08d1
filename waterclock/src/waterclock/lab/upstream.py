"""
An httpx2 transport that reads an ASGI app while it is still sending.

httpx2's own ASGITransport collects the whole body first, so an app that relays a stream could not be judged. This one
passes each chunk on when it is sent, holds the sender back while nobody reads, tells it at once when the reader goes,
honours read time-outs, and reports a crash as a client on a real socket would see it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import httpx2

from waterclock.lab.asgi import CRASHED, Length, http_scope
from waterclock.patches.current import current

_T = TypeVar("_T")
_CUT = "peer closed connection without sending complete message body (incomplete chunked read)"


def client(app: Callable[..., Any], *, sync: bool, **options: Any) -> Any:
    """An httpx2 client of `app`, async or sync. See `Lab.client`."""
    options.setdefault("base_url", "http://lab")
    if sync:
        from waterclock.lab.sync_upstream import SyncUpstream  # It is built on this module.

        return httpx2.Client(transport=SyncUpstream(app), **options)
    return httpx2.AsyncClient(transport=Upstream(app), **options)


class Upstream(httpx2.AsyncBaseTransport):
    """`httpx2.AsyncClient(transport=Upstream(app))`: every request is one ASGI call to `app`, on the running loop."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app
        self._calls: dict[asyncio.Task[None], _Call] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """
        Returns as soon as the app has sent its headers. Raises `ReadTimeout` and `RemoteProtocolError` like a socket.
        """
        call = _Call(self.app, request, await request.aread())
        task = asyncio.get_running_loop().create_task(call.run(), name=f"upstream {request.url.path}")
        self._calls[task] = call
        task.add_done_callback(self._calls.pop)
        lab = current()
        if lab is not None:
            lab.keeps(task)
            lab.connects(call, f"{request.method} {request.url.path} of the upstream")
        try:
            start = await call.timed(call.started)
        except BaseException:
            call.leave()
            raise
        return httpx2.Response(start["status"], headers=start["headers"], stream=_Body(call), request=request)

    async def aclose(self) -> None:
        """Closing the client closes its connections: apps that are still sending see the disconnect."""
        for call in list(self._calls.values()):
            call.leave()


class _Call:
    """One request: the app on one side, the reader of the body on the other, one chunk between them."""

    def __init__(self, app: Callable[..., Any], request: httpx2.Request, body: bytes) -> None:
        self.started: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._app = app
        self._request = request
        self._body: bytes | None = body
        self._timeout: float | None = (request.extensions.get("timeout") or {}).get("read")
        self._gone = asyncio.Event()
        self._over = asyncio.Event()  # The reader has gone, or the response is complete.
        self._length: Length | None = None
        self._finished = False
        self._chunk: bytes | Exception | None = None
        self._full = asyncio.Event()
        self._free = asyncio.Event()
        self._free.set()

    async def run(self) -> None:
        try:
            await self._app(self._scope(), self._receive, self._send)
        except Exception:
            pass  # No reason is told: from outside all that is seen is what follows.
        if self._length is None:
            await self._send({"type": "http.response.start", "status": 500, "headers": CRASHED})
            await self._send({"type": "http.response.body", "body": b"Internal Server Error"})
        elif not self._finished:
            await self._put(httpx2.RemoteProtocolError(_CUT, request=self._request))

    def _scope(self) -> dict[str, Any]:
        url = self._request.url
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._request.headers.raw]
        return http_scope(self._request.method, url.raw_path.decode("ascii"), pairs)

    async def _receive(self) -> dict[str, Any]:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self._finished:
            await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if self._gone.is_set():
            return
        if self._length is None:
            if message["type"] != "http.response.start":
                raise RuntimeError(f"Expected ASGI message 'http.response.start', but got '{message['type']}'.")
            headers = list(message.get("headers", ()))
            self._length = Length(headers, self._request.method)
            if not self.started.done():  # Whoever waited for it may have been cancelled a moment ago.
                self.started.set_result({"status": message["status"], "headers": headers})
            return
        body, last = message.get("body", b""), not message.get("more_body", False)
        self._length.count(body, last=last)
        if body and self._request.method != "HEAD":
            await self._put(bytes(body))
        if last:
            await self._put(None)
            self._finished = True
            self._over.set()  # Not before: whoever listens for it would cancel the sender.

    async def _put(self, item: bytes | Exception | None) -> None:
        await self._free.wait()  # `leave` sets it too: nobody waits for a reader who has gone.
        if not self._gone.is_set():
            self._chunk = item
            self._free.clear()
            self._full.set()

    async def take(self) -> bytes | None:
        """The next chunk; None at the end. Raises what broke the connection."""
        await self.timed(self._full.wait())
        item, self._chunk = self._chunk, None
        self._full.clear()
        self._free.set()
        if isinstance(item, Exception):
            raise item
        return item

    @property
    def over(self) -> bool:
        """Whether nothing is left to be closed: the reader has gone, or has all of it."""
        return self._gone.is_set() or (self._finished and not self._full.is_set())

    def leave(self) -> None:
        self._gone.set()
        self._over.set()
        self._free.set()

    async def timed(self, waited: Any) -> Any:
        """Waits no longer than the client's read time-out. Raises `ReadTimeout`."""
        try:
            async with asyncio.timeout(self._timeout):
                return await waited
        except TimeoutError:
            self.leave()
            raise httpx2.ReadTimeout("The read operation timed out", request=self._request) from None


class _Body(httpx2.AsyncByteStream):
    def __init__(self, call: _Call) -> None:
        self._call = call

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await self._call.take()) is not None:
            yield chunk

    async def aclose(self) -> None:
        self._call.leave()
