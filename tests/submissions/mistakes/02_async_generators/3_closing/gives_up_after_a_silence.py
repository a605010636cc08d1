# caught by: test_every_reading_passes_through
# learner reads: the source was closed at 64.5 s by the reader
# seen in the wild: `wait_for` around every read, so that nothing hangs

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    readings = aiter(source)
    try:
        while True:
            try:
                reading = await asyncio.wait_for(anext(readings), timeout=60)
            except (StopAsyncIteration, TimeoutError):
                return
            yield reading
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
