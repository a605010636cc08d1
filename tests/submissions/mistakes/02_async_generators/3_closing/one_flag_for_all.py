# caught by: test_each_stream_hangs_up_its_own_line
# learner reads: What a stream has to know belongs in its own call.

from collections.abc import AsyncIterator
from typing import Any

import anyio

_hung_up = False


async def closing(source: Any) -> AsyncIterator[str]:
    global _hung_up
    _hung_up = False
    try:
        async for reading in source:
            yield reading
    finally:
        if not _hung_up:
            _hung_up = True
            with anyio.CancelScope(shield=True):
                await source.aclose()
