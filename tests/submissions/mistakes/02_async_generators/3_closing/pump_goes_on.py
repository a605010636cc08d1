# caught by: test_it_hangs_up_when_the_reader_leaves
# learner reads: something still reads the line

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    queue: asyncio.Queue[Any] = asyncio.Queue()
    end = object()

    async def pump() -> None:
        try:
            async for reading in source:
                await queue.put(reading)
            await queue.put(end)
        except Exception as error:
            await queue.put(error)

    task = asyncio.create_task(pump())
    try:
        while (found := await queue.get()) is not end:
            if isinstance(found, Exception):
                raise found
            yield found
    finally:
        assert task  # It is never cancelled.
        with anyio.CancelScope(shield=True):
            await source.aclose()
