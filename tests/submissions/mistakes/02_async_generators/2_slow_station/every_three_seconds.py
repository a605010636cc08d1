# caught by: test_as_many_readings_as_were_asked_for
# learner reads: which took 2 s, 0.5 s, 4 s and 0.5 s

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in range(1, count + 1):
        yield await asyncio.to_thread(measure)
        await asyncio.sleep(began + 3 * number - clock())
