# caught by: test_readings_arrive_one_by_one
# learner reads: A turn for the others is no wait

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


pool = ThreadPoolExecutor()


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        reading = pool.submit(measure)
        while not reading.done():
            await asyncio.sleep(0)
        yield reading.result()
        await asyncio.sleep(1)
