# approach: asyncio.shield: the stream is gone at once, hanging up goes on in a task of its own

import asyncio
from collections.abc import AsyncIterator
from typing import Any


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        await asyncio.shield(source.aclose())
