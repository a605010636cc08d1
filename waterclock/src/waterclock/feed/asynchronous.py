"""Async sources: an async generator, and a connection that has to be closed."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from types import TracebackType
from typing import Any

from waterclock.feed.source import END, ClosedBy, Source, Surroundings


class Connection(Source, AsyncIterator[Any]):
    """
    An async source that somebody has to close, like a database cursor: ending, failing and cancelling do not close it.

    `close_takes`: seconds that closing takes; a close that is cancelled meanwhile has not closed it.
    """

    def __init__(
        self,
        items: Iterable[Any] | None = None,
        surroundings: Surroundings | None = None,
        *,
        close_takes: float = 0.0,
    ) -> None:
        super().__init__(items, surroundings)
        self._close_takes = close_takes

    def __aiter__(self) -> "Connection":
        return self

    async def __anext__(self) -> Any:
        if self.closes:
            raise StopAsyncIteration
        item = await self._next()
        if item is END:
            raise StopAsyncIteration
        return item

    async def aclose(self) -> None:
        self.closes += 1
        if self._close_takes and not self.closed:
            await asyncio.sleep(self._close_takes)
        self._is_closed("the reader")

    async def _next(self) -> Any:
        loop = asyncio.get_running_loop()
        while True:
            arrived = loop.create_future()
            entry = self._take(lambda: lambda: _from_thread(loop, arrived))  # noqa: B023 - called before the next turn
            if entry is not None:
                return self._hand_out(entry)
            await arrived


class Feed(Connection, AsyncGenerator[Any, Any]):
    """An async generator: it closes itself at its end, when it fails, and when it is cancelled while it waits."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._generator = self._generate()
        self._begun = False

    def __aiter__(self) -> "Feed":
        return self

    async def __anext__(self) -> Any:
        return await self._generator.__anext__()

    async def asend(self, value: Any) -> Any:
        return await self._generator.asend(value)

    async def athrow(self, typ: Any, val: Any = None, tb: TracebackType | None = None) -> Any:
        # One argument is the form that is not deprecated.
        return await self._generator.athrow(typ)

    async def aclose(self) -> None:
        self.closes += 1
        await self._generator.aclose()
        if not self._begun:
            self._is_closed("the reader")  # A generator that never began has no `finally` to say so.

    async def _generate(self) -> AsyncGenerator[Any, Any]:
        self._begun = True
        by: ClosedBy = "its own end"
        try:
            while (item := await self._next()) is not END:
                yield item
        except GeneratorExit:
            by = "the reader"
            raise
        except asyncio.CancelledError:
            by = "cancellation"
            raise
        except BaseException:
            by = "its own error"
            raise
        finally:
            if self._close_takes:
                await asyncio.sleep(self._close_takes)
            self._is_closed(by)


def _from_thread(loop: asyncio.AbstractEventLoop, future: "asyncio.Future[None]") -> None:
    def arrived() -> None:
        if not future.done():
            future.set_result(None)

    if not loop.is_closed():
        loop.call_soon_threadsafe(arrived)
