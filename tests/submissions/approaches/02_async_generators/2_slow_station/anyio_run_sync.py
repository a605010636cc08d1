# approach: anyio's threads, the ones that FastAPI uses

import time
from collections.abc import AsyncIterator

import anyio


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await anyio.to_thread.run_sync(measure)
        await anyio.sleep(1)
