# approach: the loop's default executor, without `to_thread`

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    for _ in range(count):
        yield await loop.run_in_executor(None, measure)
        await asyncio.sleep(1)
