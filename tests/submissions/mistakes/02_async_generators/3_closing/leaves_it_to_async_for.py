# caught by: test_it_hangs_up_when_the_station_has_no_more
# learner reads: `async for` does not close what it reads.

from collections.abc import AsyncIterator
from typing import Any


async def closing(source: Any) -> AsyncIterator[str]:
    async for reading in source:
        yield reading
