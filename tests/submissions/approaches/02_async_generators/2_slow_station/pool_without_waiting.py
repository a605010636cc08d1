# approach: a pool for each stream, which nobody waits for at the end

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        for _ in range(count):
            yield await asyncio.get_running_loop().run_in_executor(pool, measure)
            await asyncio.sleep(1)
    finally:
        pool.shutdown(wait=False)
