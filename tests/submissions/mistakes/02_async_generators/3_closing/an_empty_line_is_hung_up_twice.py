# caught by: test_it_hangs_up_before_a_first_reading
# learner reads: closed at 3 s by the reader, 2 times

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    began = False
    try:
        async for reading in source:
            began = True
            yield reading
        if not began:
            await source.aclose()
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
