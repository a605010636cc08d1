# caught by: test_every_reading_passes_through
# learner reads: All readings are collected before the first one leaves.

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        readings = [reading async for reading in source]
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
    for reading in readings:
        yield reading
