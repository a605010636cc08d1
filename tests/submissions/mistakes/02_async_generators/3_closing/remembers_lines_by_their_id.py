# caught by: test_each_stream_hangs_up_its_own_line
# learner reads: opened many streams, one after the other

from collections.abc import AsyncIterator
from typing import Any

import anyio

_hung_up: set[int] = set()


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        if id(source) not in _hung_up:  # An id is free again when its object is gone.
            _hung_up.add(id(source))
            with anyio.CancelScope(shield=True):
                await source.aclose()
