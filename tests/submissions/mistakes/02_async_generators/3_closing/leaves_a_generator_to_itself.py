# caught by: test_the_source_may_be_a_generator
# learner reads: the source was never closed

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        if not isinstance(source, AsyncGenerator):  # "A generator cleans up by itself."
            with anyio.CancelScope(shield=True):
                await source.aclose()
