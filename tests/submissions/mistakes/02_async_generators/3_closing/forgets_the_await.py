# caught by: test_it_hangs_up_when_the_station_has_no_more
# learner reads: `aclose()` was called and not awaited: a coroutine that nobody awaits does nothing.
# seen in the wild: a warning on the server's console that nobody reads

from collections.abc import AsyncIterator
from typing import Any


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        source.aclose()
