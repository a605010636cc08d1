# approach: a task of its own hangs up; the stream waits until it is done, however often it is cancelled

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        hanging_up = asyncio.ensure_future(source.aclose())
        try:
            await asyncio.shield(hanging_up)
        except asyncio.CancelledError:
            with anyio.CancelScope(shield=True):
                await hanging_up
            raise
