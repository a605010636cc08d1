# approach: a future of concurrent.futures wrapped for asyncio; the pool's `submit` is kept under a name

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


submit = ThreadPoolExecutor(16).submit


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await asyncio.wrap_future(submit(measure))
        await asyncio.sleep(1)
