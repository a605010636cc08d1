# caught by: test_every_reading_passes_through
# learner reads: the source was closed at 4.5 s by the reader

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    readings = aiter(source)
    try:
        while reading := await anext(readings, None):
            yield reading
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
