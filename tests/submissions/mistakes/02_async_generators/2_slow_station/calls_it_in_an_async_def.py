# caught by: test_the_neighbours_keep_their_pace
# learner reads: `measure` runs on the event loop's own thread.
# seen in the wild: "make it async": the word `async` put before the same blocking call

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def measure_politely() -> str:
    return measure()


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await measure_politely()
        await asyncio.sleep(1)
