# caught by: test_it_hangs_up_when_the_line_fails
# learner reads: This way out passes `aclose()` more than once.

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
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
