# caught by: test_it_hangs_up_when_the_stream_is_cancelled
# learner reads: Cancelling raises `CancelledError` at an `await`.

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    except (GeneratorExit, Exception):
        with anyio.CancelScope(shield=True):
            await source.aclose()
        raise
    else:
        with anyio.CancelScope(shield=True):
            await source.aclose()
