# caught by: test_it_hangs_up_before_a_first_reading
# learner reads: A stream may be over by then.

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    opened = False
    try:
        async for reading in source:
            opened = True
            yield reading
    finally:
        if opened:
            with anyio.CancelScope(shield=True):
                await source.aclose()
