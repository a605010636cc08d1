# approach: one thread of its own for the sensor, kept for as long as the server lives

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


sensor = ThreadPoolExecutor(max_workers=1)


async def slow_station(count: int) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    for _ in range(count):
        yield await loop.run_in_executor(sensor, measure)
        await asyncio.sleep(1)
