# approach: an async context manager of its own around the loop

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def connected(source: Any) -> AsyncIterator[Any]:
    try:
        yield source
    finally:
        await asyncio.shield(source.aclose())


async def closing(source: Any) -> AsyncIterator[str]:
    async with connected(source) as readings:
        async for reading in readings:
            yield reading
