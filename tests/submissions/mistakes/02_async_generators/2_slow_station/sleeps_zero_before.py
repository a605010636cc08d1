# caught by: test_the_neighbours_keep_their_pace
# learner reads: `measure` runs on the event loop's own thread.

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        await asyncio.sleep(0)  # "Gives the others a turn."
        yield measure()
        await asyncio.sleep(1)
