# caught by: test_hanging_up_is_finished
# learner reads: so the stream cannot be stopped at all

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    readings = aiter(source)
    try:
        while True:
            with anyio.CancelScope(shield=True):
                reading = await anext(readings, None)
            if reading is None:
                break
            yield reading
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
