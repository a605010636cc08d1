# caught by: test_leaving_in_the_middle_of_a_measurement
# learner reads: the number of measurements: 3

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
