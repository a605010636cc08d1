# caught by: test_readings_arrive_one_by_one
# learner reads: What leaves is a promise of a reading.

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield asyncio.to_thread(measure)  # type: ignore[misc]
        await asyncio.sleep(1)
