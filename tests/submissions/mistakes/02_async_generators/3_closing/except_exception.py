# caught by: test_it_hangs_up_when_the_reader_leaves
# learner reads: It is no `Exception`: `except Exception` does not see it.

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    except Exception:
        with anyio.CancelScope(shield=True):
            await source.aclose()
        raise
    else:
        with anyio.CancelScope(shield=True):
            await source.aclose()
