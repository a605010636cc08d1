# caught by: test_hanging_up_is_finished
# learner reads: let a station end at 15 s, and cancelled the stream at 15.5 s

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    except BaseException:
        with anyio.CancelScope(shield=True):
            await source.aclose()
        raise
    await source.aclose()
