# caught by: test_as_many_readings_as_were_asked_for
# learner reads: reading "no answer"

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        try:
            reading = await asyncio.wait_for(asyncio.to_thread(measure), timeout=3)
        except TimeoutError:
            reading = "no answer"
        yield reading
        await asyncio.sleep(1)
