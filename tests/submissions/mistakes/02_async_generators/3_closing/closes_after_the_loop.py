# caught by: test_it_hangs_up_when_the_line_fails
# learner reads: What hangs up at the end is not reached by this error.

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    async for reading in source:
        yield reading
    with anyio.CancelScope(shield=True):
        await source.aclose()
