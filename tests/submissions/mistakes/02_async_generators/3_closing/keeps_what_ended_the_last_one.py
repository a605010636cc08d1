# caught by: test_it_hangs_up_when_the_line_fails
# learner reads: The streams share something.

from collections.abc import AsyncIterator
from typing import Any

import anyio

_ended_by: BaseException | None = None


async def closing(source: Any) -> AsyncIterator[str]:
    global _ended_by
    try:
        async for reading in source:
            yield reading
    except BaseException as error:
        _ended_by = error
    with anyio.CancelScope(shield=True):
        await source.aclose()
    if _ended_by is not None:
        raise _ended_by
