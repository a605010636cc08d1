# caught by: test_each_stream_hangs_up_its_own_line
# learner reads: it was hung up on another event loop

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    def hang_up() -> None:
        asyncio.run(source.aclose())

    try:
        async for reading in source:
            yield reading
    finally:
        with anyio.CancelScope(shield=True):
            await asyncio.to_thread(hang_up)
