# approach: an exit stack calls back

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import anyio


async def hang_up(source: Any) -> None:
    with anyio.CancelScope(shield=True):
        await source.aclose()


async def closing(source: Any) -> AsyncIterator[str]:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(hang_up, source)
        async for reading in source:
            yield reading
