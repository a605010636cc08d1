# caught by: test_it_hangs_up_when_the_station_has_no_more
# learner reads: Something of your own, such as a time limit, stops hanging up half-way.

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        with anyio.move_on_after(0.5, shield=True):
            await source.aclose()
