# caught by: test_as_many_readings_as_were_asked_for
# learner reads: reading "9.8 C" 2 s · reading "" 3.5 s · reading "9.8 C" 8.5 s · end of stream 11 s

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    last = None
    for _ in range(count):
        reading = await asyncio.to_thread(measure)
        if reading != last:
            yield reading
        last = reading
        await asyncio.sleep(1)
