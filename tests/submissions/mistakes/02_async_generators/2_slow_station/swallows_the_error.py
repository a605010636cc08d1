# caught by: test_an_error_of_the_sensor_reaches_the_reader
# learner reads: The error did not come through: to the reader a broken sensor looks like a quiet day.

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        try:
            reading = await asyncio.to_thread(measure)
        except Exception:
            return
        yield reading
        await asyncio.sleep(1)
