# caught by: test_readings_arrive_one_by_one
# learner reads: The sensor was read less often than readings left

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    reading = await asyncio.to_thread(measure)
    for _ in range(count):
        yield reading
        await asyncio.sleep(3)
