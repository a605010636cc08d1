# caught by: test_who_cancels_it_hears_of_it
# learner reads: ConnectionError: the measurement was interrupted

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        try:
            reading = await asyncio.to_thread(measure)
        except asyncio.CancelledError:
            raise ConnectionError("the measurement was interrupted") from None
        yield reading
        await asyncio.sleep(1)
