# caught by: test_the_neighbours_keep_their_pace
# learner reads: `measure` runs on the event loop's own thread.
# seen in the wild: `create_task` as if a task were a thread

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def measure_in_the_background() -> str:
    return measure()


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await asyncio.create_task(measure_in_the_background())
        await asyncio.sleep(1)
