"""A request's body on its way to the app: what was sent and not yet taken, as a server keeps it."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextlib import suppress
from typing import Any

import anyio.to_thread

from waterclock import frames
from waterclock.errors import one_line

HIGH_WATER = 65_536
"""Bytes that wait for the app before the server stops reading. uvicorn's `HIGH_WATER_LIMIT`."""

_END: Any = object()
Body = bytes | str | Iterable[bytes | str] | AsyncIterable[bytes | str]


class Upload:
    """
    The receiving half of one request, as uvicorn has it.

    There is one event for everybody who waits in `receive`, and one buffer: what has come since the last `receive` is
    one message. So two who wait at once share a body by chance, here as there.
    """

    def __init__(self, body: Body) -> None:
        self.error: str | None = None
        """Why the client's side broke, if it did."""
        self.error_at: str | None = None
        self._source = body.encode() if isinstance(body, str) else body
        self._buffer = b""
        self._more = not isinstance(self._source, bytes)
        self._event = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._over = False
        if isinstance(self._source, bytes):
            self._buffer = self._source
            self._event.set()

    @property
    def is_timed(self) -> bool:
        """Whether somebody has to send it, piece by piece."""
        return self._more

    async def run(self) -> bool:
        """The client sends. False if it broke: then nobody will send the rest."""
        iterator: Any = None
        try:
            iterator = _iterator(self._source)
            while not self._over and (piece := await _next(iterator)) is not _END:
                self._buffer += piece.encode() if isinstance(piece, str) else piece
                self._event.set()
                if len(self._buffer) > HIGH_WATER:
                    self._room.clear()
                    await self._room.wait()
        except Exception as error:
            self.error, self.error_at = one_line(error), frames.place_of_error(error)
            return False
        finally:
            await _close(iterator)
        self._more = False
        self._event.set()
        return True

    async def receive(self, gone: bool) -> dict[str, Any]:
        """The next message of the ASGI protocol. `gone`: the client has left, or has its whole answer."""
        if not gone and not self._over:
            self._room.set()
            await self._event.wait()
            self._event.clear()
        if self._over or gone:
            return {"type": "http.disconnect"}
        body, self._buffer = self._buffer, b""
        return {"type": "http.request", "body": body, "more_body": self._more}

    def disconnect(self) -> None:
        """Nothing more is going to be received."""
        self._over = True
        self._event.set()
        self._room.set()


def _iterator(source: Any) -> Any:
    if hasattr(source, "__aiter__"):
        return source.__aiter__()
    return iter(source)


async def _next(iterator: AsyncIterator[Any] | Iterator[Any]) -> Any:
    if isinstance(iterator, AsyncIterator):
        return await anext(iterator, _END)
    return await anyio.to_thread.run_sync(next, iterator, _END)


async def _close(iterator: Any) -> None:
    with suppress(Exception), anyio.CancelScope(shield=True):
        if hasattr(iterator, "aclose"):
            await iterator.aclose()
        elif hasattr(iterator, "close"):
            await anyio.to_thread.run_sync(iterator.close)
