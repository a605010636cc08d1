# caught by: test_readings_arrive_one_by_one
# learner reads: It measures during the rest.

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    following = asyncio.create_task(asyncio.to_thread(measure))
    for number in range(count):
        reading = await following
        if number + 1 < count:
            following = asyncio.create_task(asyncio.to_thread(measure))
        yield reading
        await asyncio.sleep(1)
