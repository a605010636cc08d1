# caught by: test_the_neighbours_keep_their_pace
# learner reads: `time.sleep` keeps the thread that everybody shares.

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await asyncio.to_thread(measure)
        time.sleep(1)
