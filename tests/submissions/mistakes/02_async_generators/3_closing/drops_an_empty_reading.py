# caught by: test_every_reading_passes_through
# learner reads: reading "9.2 C" 3.25 s · reading "8.9 C" 3600 s

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            if reading:
                yield reading
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
