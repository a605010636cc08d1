# caught by: test_as_many_readings_as_were_asked_for
# learner reads: reading "9.2 C"

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    while True:
        yield await asyncio.to_thread(measure)
        await asyncio.sleep(1)
        count -= 1
        if count <= 0:
            return
