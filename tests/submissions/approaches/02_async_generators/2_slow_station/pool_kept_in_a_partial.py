# approach: a future of concurrent.futures wrapped for asyncio; the call is kept in a partial

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


ask = partial(ThreadPoolExecutor(16).submit, measure)


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await asyncio.wrap_future(ask())
        await asyncio.sleep(1)
