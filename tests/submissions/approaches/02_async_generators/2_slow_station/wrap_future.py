# approach: a future of a pool, made awaitable

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


sensor = ThreadPoolExecutor(max_workers=1)


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await asyncio.wrap_future(sensor.submit(measure))
        await asyncio.sleep(1)
