# caught by: test_every_reading_passes_through
# learner reads: the source was closed at 2 s by the reader

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    async for reading in source:
        try:
            yield reading
        finally:
            with anyio.CancelScope(shield=True):
                await source.aclose()
