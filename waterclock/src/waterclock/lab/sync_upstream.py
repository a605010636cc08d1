"""
An httpx2 transport for synchronous clients, over an app that is still sending.

The app runs on an event loop of its own, in a thread of its own, as another server would. So a client that blocks its
caller does not block the app: in a worker thread it waits there, and on the event loop it holds up everybody for as
long as the app takes, as on a real server.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

import httpx2

from waterclock.lab.owners import LIFESPAN, owned_by
from waterclock.lab.upstream import Upstream

_T = TypeVar("_T")


class SyncUpstream(httpx2.BaseTransport):
    """`httpx2.Client(transport=SyncUpstream(app))`. `close` ends its thread."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._upstream = Upstream(app)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._starting = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """As `Upstream.handle_async_request`."""
        request.read()
        response = self._run(self._upstream.handle_async_request(request))
        stream = response.stream
        assert isinstance(stream, httpx2.AsyncByteStream)
        return httpx2.Response(
            response.status_code, headers=response.headers, stream=_Body(self._run, self._post, stream), request=request
        )

    def close(self) -> None:
        """The apps that are still sending see the disconnect."""
        if self._loop is not None and not self._loop.is_closed():
            self._run(self._upstream.aclose())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None

    def _run(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        with self._starting:
            if self._loop is None:
                # Whoever asks first has begun it, but it is for all: nobody is to be accused of leaving it behind.
                thread = threading.Thread(target=self._serve, name="upstream", daemon=True)
                owned_by(LIFESPAN).run(thread.start)
                self._ready.wait()
        return self._post(coroutine).result()

    def _post(self, coroutine: Coroutine[Any, Any, _T]) -> "Future[_T]":
        if self._loop is None or self._loop.is_closed():
            coroutine.close()
            raise RuntimeError("the client is closed")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def _serve(self) -> None:
        loop = asyncio.new_event_loop()
        self._loop = loop
        self._ready.set()
        try:
            loop.run_forever()
        finally:
            loop.close()


class _Body(httpx2.SyncByteStream):
    def __init__(
        self,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
        post: Callable[[Coroutine[Any, Any, Any]], Any],
        stream: httpx2.AsyncByteStream,
    ) -> None:
        self._run = run
        self._post = post
        self._stream = stream
        self._iterator: AsyncIterator[bytes] = stream.__aiter__()

    def __iter__(self) -> Iterator[bytes]:
        while (chunk := self._run(self._next())) is not None:
            yield chunk

    async def _next(self) -> bytes | None:
        return await anext(self._iterator, None)

    def close(self) -> None:
        # Nobody waits until the other side has noticed, as with a socket: the garbage collector may be who closes it.
        with suppress(RuntimeError):  # The client was closed first, and has closed this as well.
            self._post(self._stream.aclose())
