# caught by: test_it_hangs_up_when_the_station_has_no_more
# learner reads: `shield` takes the call itself.

import asyncio
from collections.abc import AsyncIterator
from typing import Any


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        await asyncio.shield(await source.aclose())
