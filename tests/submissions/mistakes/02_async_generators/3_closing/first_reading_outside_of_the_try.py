# caught by: test_it_hangs_up_before_a_first_reading
# learner reads: What hangs up is reached after a first reading only.

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        reading = await anext(source)
    except Exception as error:
        await source.aclose()
        if isinstance(error, StopAsyncIteration):
            return
        raise
    try:
        yield reading
        async for reading in source:
            yield reading
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
