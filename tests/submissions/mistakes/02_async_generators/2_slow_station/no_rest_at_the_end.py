# caught by: test_readings_arrive_one_by_one
# learner reads: After the last reading, too, comes a second of rest.

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for number in range(count):
        if number:
            await asyncio.sleep(1)
        yield await asyncio.to_thread(measure)
