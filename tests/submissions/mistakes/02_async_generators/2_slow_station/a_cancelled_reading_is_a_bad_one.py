# caught by: test_who_cancels_it_hears_of_it
# learner reads: Something catches it, so whoever cancelled never hears.

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
            return  # A bad reading: no more of them.
        yield reading
        await asyncio.sleep(1)
