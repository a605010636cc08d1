# caught by: test_each_stream_hangs_up_its_own_line
# learner reads: The streams share something.

from collections.abc import AsyncIterator
from typing import Any

import anyio

_lines: list[Any] = []


async def closing(source: Any) -> AsyncIterator[str]:
    _lines.append(source)
    try:
        async for reading in source:
            yield reading
    finally:
        with anyio.CancelScope(shield=True):
            await _lines.pop().aclose()
