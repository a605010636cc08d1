# caught by: test_it_hangs_up_when_the_stream_is_cancelled
# learner reads: the stream went on to the next reading, at 3 s

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    readings = aiter(source)
    try:
        while True:
            try:
                reading = await anext(readings)
            except StopAsyncIteration:
                return
            except asyncio.CancelledError:
                continue
            yield reading
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
