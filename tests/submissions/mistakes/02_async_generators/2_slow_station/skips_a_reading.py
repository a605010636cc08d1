# caught by: test_an_error_of_the_sensor_reaches_the_reader
# learner reads: to the reader a broken sensor looks like a quiet day

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        try:
            yield await asyncio.to_thread(measure)
        except OSError:
            print("no reading this time")
        await asyncio.sleep(1)
