# caught by: test_the_source_may_be_a_generator
# learner reads: A task is over when it was cancelled and awaited.

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
        task.cancel()  # It has not stopped yet: it has not had its turn.
        with anyio.CancelScope(shield=True):
            await source.aclose()
