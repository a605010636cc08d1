# caught by: test_it_hangs_up_when_the_line_fails
# learner reads: no error, and no end

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    end = object()

    async def pump() -> None:
        async for reading in source:
            await queue.put(reading)
        await queue.put(end)

    task = asyncio.create_task(pump())
    try:
        while (reading := await queue.get()) is not end:
            yield reading
    finally:
        task.cancel()
        with anyio.CancelScope(shield=True):
            await asyncio.wait([task])
            await source.aclose()
