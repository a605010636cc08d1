# caught by: test_it_hangs_up_when_the_station_has_no_more
# learner reads: over
# seen in the wild: `yield` in a `finally`; when the reader leaves: RuntimeError

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
        yield "over"
