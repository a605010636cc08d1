"""
02.3 · Closing (core, 25 min)

A station is read over a telephone line, which stays busy until `aclose()` is called. Pass every reading
through as it comes, and hang up exactly once when the stream is over, whichever way it ends: the
station has no more, the line fails, the reader leaves (it closes the stream), the stream is cancelled.
What has ended it goes on its way: the reader gets the error, whoever cancels sees it cancelled.

Hanging up takes a while. It has to be finished even when the stream is cancelled; and a stream that
comes to its own end is over when the line is free, not before. (A stream that was never asked for a
reading has not begun, and need not hang up.)

Read: lesson 02, "The last await".      Check: course check 02.3
"""

import asyncio
from collections.abc import AsyncIterator

import anyio


class Line:
    """A line to a station, to try it with. Any source has these three methods: an async generator, too."""

    def __aiter__(self) -> "Line":
        return self

    async def __anext__(self) -> str:
        await asyncio.sleep(1)
        return "9.8 C"

    async def aclose(self) -> None:
        print("hanging up …")
        await asyncio.sleep(1)
        print("the line is free")


async def closing(source: Line) -> AsyncIterator[str]:
    # TODO: hang up, once, on every way out.
    async for reading in source:
        yield reading


async def try_it() -> None:
    """To see it run:   python exercises/02_async_generators/3_closing.py"""
    with anyio.move_on_after(2.5):  # Cancels the stream, as a server does when the reader is gone.
        async for reading in closing(Line()):
            print(reading)
    print("the stream is over")
    await asyncio.sleep(1.5)  # The server goes on.


if __name__ == "__main__":
    asyncio.run(try_it())
