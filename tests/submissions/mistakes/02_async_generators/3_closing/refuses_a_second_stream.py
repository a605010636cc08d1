# caught by: test_each_stream_hangs_up_its_own_line
# learner reads: RuntimeError: the line is busy

from collections.abc import AsyncIterator
from typing import Any

import anyio

_busy = False


async def closing(source: Any) -> AsyncIterator[str]:
    global _busy
    if _busy:
        raise RuntimeError("the line is busy")
    _busy = True
    try:
        async for reading in source:
            yield reading
    finally:
        _busy = False
        with anyio.CancelScope(shield=True):
            await source.aclose()
