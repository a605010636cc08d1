# approach: Starlette's own helper

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi.concurrency import run_in_threadpool


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await run_in_threadpool(measure)
        await asyncio.sleep(1)
