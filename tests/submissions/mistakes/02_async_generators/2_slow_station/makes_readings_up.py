# caught by: test_readings_arrive_one_by_one
# learner reads: `measure` was never called
# seen in the wild: the sleep of `measure` rewritten by hand

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        await asyncio.sleep(2)
        yield "9.8 C"
        await asyncio.sleep(1)
