"""A plain generator in the lab, read as a client reads it: the same clock, the same slow reader, the same leaving."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import anyio

from course.arrivals import marks
from course.arrivals.views import Views
from course.lab import frames
from course.lab.errors import NoTimePasses
from course.lab.loop import one_line
from course.timeline import Mark, State, Timeline

if TYPE_CHECKING:
    from course.lab.machinery import Machinery

_END: Any = object()


class Reader:
    """
    Reads an iterable, sync or async, item by item. Times are virtual seconds since the lab began.

    `window`: how many items may pile up unread before it stops asking (None: no limit; 0: it asks only when `read` says
    so). `pause`: virtual seconds that the reader takes over each item. Sync iterables are stepped in worker threads, as
    Starlette does. Leaving cancels the wait for the next item, as Starlette does, and then closes the generator.
    """

    def __init__(
        self, lab: "Machinery", source: AsyncIterable[Any] | Iterable[Any], window: int | None, pause: float
    ) -> None:
        self.items: list[tuple[float, Any]] = []
        self.state: State = "open"
        self.error: str | None = None
        self.error_at: str | None = None
        self.raised: type[BaseException] | None = None
        self.called: str | None = None
        """What an item is called in words, such as "tick"."""
        self.began_at = lab.now
        self.ended_at: float | None = None
        self._lab = lab
        self._source = source
        self._unread = 0
        self._window = window
        self._pause = pause
        self._room = asyncio.Event()
        self._thrown: BaseException | None = None
        self._close = True
        self._scope: anyio.CancelScope | None = None
        self._instant = (-1.0, 0)
        self.task = lab.loop.create_task(self._run(), name="reader")
        lab.loop.own_tasks.add(self.task)

    # What the grader does with it.

    def read(self, n: int = 1) -> None:
        """The reader takes `n` of the items that pile up, or, with a window of 0, asks for `n` more."""
        self._unread -= n
        self._lab.act(self._room.set)

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
        self._lab.act(self._room.set)

    def _go(self, state: State) -> None:
        if self.state == "open":
            self.state, self.ended_at = state, self._lab.now
        self._lab.act(lambda: self._lab.loop.call_soon(self._stop))

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
    def chunks(self) -> list[tuple[float, bytes]]:
        """The items as bytes, for sources of bytes or text."""
        return [
            (at, value.encode() if isinstance(value, str) else value) for at, value in self.items if _is_text(value)
        ]

    @property
    def body(self) -> bytes:
        return b"".join(chunk for _, chunk in self.chunks)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def lines(self) -> list[tuple[float, str]]:
        return Views(self.chunks).lines(self.state != "open")

    @property
    def events(self) -> list[tuple[float, Any]]:
        return Views(self.chunks).events()

    @property
    def moments(self) -> list[tuple[int, str, Any]]:
        """What was taken and sent in this lab, in order: (number, "taken" or "sent", by whom)."""
        return self._lab.moments

    def timeline(self) -> Timeline:
        """What arrived and when, one mark an item."""
        arrivals = tuple(Mark(at, label(value, self.called)) for at, value in self.items)
        return Timeline(arrivals, self.state, self._lab.now if self.ended_at is None else self.ended_at)

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
            # Text only: a traceback would keep the generator's frame alive.
            self.error, self.error_at, self.raised = one_line(error), frames.place_of_error(error), type(error)
            self._end("truncated")
        finally:
            if self._close:
                await self._close_quietly(iterator)

    async def _close_quietly(self, iterator: Any) -> None:
        try:
            with anyio.CancelScope(shield=True):
                await _close(iterator)
        except Exception as error:
            self.error, self.error_at, self.raised = one_line(error), frames.place_of_error(error), type(error)

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
            self._check_pace()
            self.items.append((self._lab.loop.time(), item))
            self._unread += 1
            self._lab.count("sent", self)
            await self._lab.loop.catch_up()
            if self._pause:
                await asyncio.sleep(self._pause)

    def _end(self, state: State) -> None:
        if self.state == "open":
            self.state, self.ended_at = state, self._lab.loop.time()

    def _check_pace(self) -> None:
        now = self._lab.loop.time()
        self._instant = (now, self._instant[1] + 1) if self._instant[0] == now else (now, 1)
        if self._instant[1] > self._lab.max_sends:
            said = f"{self._lab.max_sends:,} items came in one instant: nothing in the generator waits"
            raise self._lab.give_up(NoTimePasses(said, self._lab.loop.generators.place()))
        self._lab.loop.clock.progress += 1


def label(value: Any, called: str | None = None) -> str:
    """An item in words: bytes and text escaped, else its `repr`, shortened; `tick 3` if it is `called` so."""
    if called:
        return f"{called} {label(value)}"
    if isinstance(value, bytes):
        return marks.quoted(value)
    if isinstance(value, str):
        return marks.quoted(value.encode())
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


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
