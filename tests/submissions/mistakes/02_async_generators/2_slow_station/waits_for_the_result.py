# caught by: test_the_neighbours_keep_their_pace
# learner reads: A thread measures, but the event loop stands still until it is done.
# seen in the wild: `executor.submit(...).result()` inside a coroutine

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    with ThreadPoolExecutor() as pool:
        for _ in range(count):
            yield pool.submit(measure).result()
            await asyncio.sleep(1)
