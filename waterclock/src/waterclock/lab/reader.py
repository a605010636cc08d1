"""A plain generator in the lab, read as a client reads it: the same clock, the same slow reader, the same leaving."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any

import anyio

from waterclock.lab.inside import Inside
from waterclock.lab.owners import owned_by
from waterclock.lab.pace import Pace
from waterclock.lab.raised import told
from waterclock.timeline import Mark, State, Timeline, marks
from waterclock.timeline.arrived import Arrived

_END: Any = object()


class Reader(Arrived):
    """
    Reads an iterable, sync or async, item by item. Times are virtual seconds since the lab began.

    `window`: how many items may pile up unread before it stops asking (None: no limit; 0: it asks only when `read` says
    so). `pause`: virtual seconds that the reader takes over each item. Sync iterables are stepped in worker threads, as
    Starlette does. Leaving cancels the wait for the next item, as Starlette does, and then closes the generator.
    """

    def __init__(
        self, lab: Inside, source: AsyncIterable[Any] | Iterable[Any], window: int | None, pause: float
    ) -> None:
        self.items: list[tuple[float, Any]] = []
        self.state: State = "open"
        self.error: str | None = None
        self.error_at: str | None = None
        self.traceback: str | None = None
        self.raised: type[BaseException] | None = None
        self.called: str | None = None
        """What an item is called in words, such as "tick"."""
        self.did: str | None = None
        """What was done with it, in words, for whoever tells of it."""
        self.began_at = lab.now
        self.ended_at: float | None = None
        self.lab = lab
        self._source = source
        self._unread = 0
        self._window = window
        self._pause = pause
        self._room = asyncio.Event()
        self._thrown: BaseException | None = None
        self._close = True
        self._scope: anyio.CancelScope | None = None
        self.headers: dict[str, str] = {}
        self._pace = Pace(lab, "items came", "generator")
        self.task = lab.loop.create_task(self._run(), name="reader", context=owned_by(self))
        lab.loop.keeps(self.task)

    # What the grader does with it.

    def read(self, n: int = 1) -> None:
        """The reader takes `n` of the items that pile up, or, with a window of 0, asks for `n` more."""
        self._unread -= n
        self.lab.act(self._room.set)

    def leave(self) -> None:
        """The reader goes away: its wait for the next item is cancelled, and the generator is closed."""
        self._go("left")

    def cancel(self) -> None:
        """The task that reads is cancelled, and nobody closes the generator."""
        self._close = False
        self._go("left")

    def throw(self, error: BaseException) -> None:
        """Raises `error` at the `yield` where the generator stands. The reader has to be waiting (`window`)."""
        self._thrown = error
        self.lab.act(self._room.set)

    def hang_up(self) -> None:
        """`leave`, for the lab's own thread."""
        if self.state == "open":
            self.state, self.ended_at = "left", self.lab.now
        self.lab.loop.call_soon(self._stop)

    def _go(self, state: State) -> None:
        if self.state == "open":
            self.state, self.ended_at = state, self.lab.now
        self.lab.act(lambda: self.lab.loop.call_soon(self._stop))

    def _stop(self) -> None:
        if self._scope is not None:
            self._scope.cancel()

    # What the reader has.

    @property
    def received(self) -> int:
        return len(self.items)

    @property
    def values(self) -> list[Any]:
        """The items without their times."""
        return [value for _, value in self.items]

    @property
    def chunks(self) -> list[tuple[float, bytes]]:  # type: ignore[override]
        """The items as bytes, for sources of bytes or text."""
        return [
            (at, value.encode() if isinstance(value, str) else value) for at, value in self.items if _is_text(value)
        ]

    @property
    def moments(self) -> list[tuple[int, str, Any]]:
        """What was taken and sent in this lab, in order: (number, "taken" or "sent", by whom)."""
        return self.lab.moments

    def now(self) -> float:
        return self.lab.now

    def __repr__(self) -> str:
        since = f"since {self.began_at:g} s" if self.ended_at is None else f"at {self.ended_at:g} s"
        error = f", {self.error}" if self.error else ""
        return f"<Reader: {len(self.items)} items, {self.state} {since}{error}>"

    def timeline(self) -> Timeline:
        """What arrived and when, one mark an item."""
        arrivals = tuple(Mark(at, marks.label(value, self.called)) for at, value in self.items)
        return Timeline(arrivals, self.state, self.lab.now if self.ended_at is None else self.ended_at)

    # The work.

    async def _run(self) -> None:
        iterator = None
        try:
            iterator = _iterator(self._source)
            # A scope, not `task.cancel()`: like Starlette's, it cancels every `await` from now on, not just one.
            with anyio.CancelScope() as self._scope:
                await self._read_on(iterator)
                self._end("ended")
        except Exception as error:
            self._note(error)
            self._end("truncated")
        finally:
            if self._close:
                await self._close_quietly(iterator)

    async def _close_quietly(self, iterator: Any) -> None:
        try:
            with anyio.CancelScope(shield=True):
                await _close(iterator)
        except Exception as error:
            self._note(error)

    async def _read_on(self, iterator: Any) -> None:
        while True:
            while self._window is not None and self._unread >= self._window and self._thrown is None:
                self._room.clear()
                await self._room.wait()
            thrown, self._thrown = self._thrown, None
            item = await (_next(iterator) if thrown is None else _throw(iterator, thrown))
            if item is _END:
                return
            if self.state != "open":
                continue  # As in Starlette: `send` is silent after the client has gone, and the next item is asked for.
            self._pace.check()
            self.items.append((self.lab.loop.time(), item))
            self._unread += 1
            self.lab.count("sent", self)
            await self.lab.loop.catch_up()
            if self._pause:
                await asyncio.sleep(self._pause)

    def _note(self, error: Exception) -> None:
        self.error, self.error_at, self.traceback = told(error)
        self.raised = type(error)

    def _end(self, state: State) -> None:
        if self.state == "open":
            self.state, self.ended_at = state, self.lab.loop.time()


def _is_text(value: Any) -> bool:
    return isinstance(value, str | bytes)


def _iterator(source: Any) -> Any:
    if hasattr(source, "__aiter__"):
        return source.__aiter__()
    if hasattr(source, "__iter__"):
        return iter(source)
    raise TypeError(f"expected something to iterate over, got {type(source).__name__}")


async def _next(iterator: AsyncIterator[Any] | Iterator[Any]) -> Any:
    if isinstance(iterator, AsyncIterator):
        return await anext(iterator, _END)
    return await anyio.to_thread.run_sync(next, iterator, _END)


async def _throw(iterator: Any, error: BaseException) -> Any:
    if isinstance(iterator, AsyncIterator):
        try:
            return await iterator.athrow(error)  # type: ignore[attr-defined]
        except StopAsyncIteration:
            return _END
    return await anyio.to_thread.run_sync(_throw_in_thread, iterator, error)


def _throw_in_thread(iterator: Any, error: BaseException) -> Any:
    try:
        return iterator.throw(error)
    except StopIteration:
        return _END


async def _close(iterator: Any) -> None:
    if hasattr(iterator, "aclose"):
        await iterator.aclose()
    elif hasattr(iterator, "close"):
        await anyio.to_thread.run_sync(iterator.close)
