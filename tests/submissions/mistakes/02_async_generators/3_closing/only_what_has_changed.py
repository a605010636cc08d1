# caught by: test_every_reading_passes_through
# learner reads: reading "9.2 C" 3 s · reading "" 3.5 s

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    last = None
    try:
        async for reading in source:
            if reading != last:
                yield reading
            last = reading
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
