# caught by: test_each_reader_gets_readings_of_its_own
# learner reads: left in mid-measurement at 10 s

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    """One reading of the old sensor. Comes from the manufacturer: leave it as it is."""
    time.sleep(2)
    return "9.8 C"


_sensor = asyncio.Lock()


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        await _sensor.acquire()  # The second one waits: it is one sensor.
        reading = await asyncio.to_thread(measure)
        _sensor.release()
        yield reading
        await asyncio.sleep(1)
