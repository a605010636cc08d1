# caught by: test_readings_arrive_one_by_one
# learner reads: `measure` returns a string. There is nothing to await.

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await asyncio.create_task(measure())  # type: ignore[arg-type]
        await asyncio.sleep(1)
