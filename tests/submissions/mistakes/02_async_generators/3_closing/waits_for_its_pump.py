# caught by: test_it_hangs_up_when_the_reader_leaves
# learner reads: the source was never closed

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    end = object()

    async def pump() -> None:
        last: object = end
        try:
            async for reading in source:
                await queue.put(reading)
        except Exception as error:
            last = error
        await queue.put(last)

    task = asyncio.create_task(pump())
    try:
        while (found := await queue.get()) is not end:
            if isinstance(found, Exception):
                raise found
            yield found
    finally:
        with anyio.CancelScope(shield=True):
            await task  # It ends when the station does, and somebody takes what it has put.
            await source.aclose()
