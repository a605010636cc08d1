# approach: anyio, with a limiter of its own: this sensor never takes a thread from a `def` endpoint

import time
from collections.abc import AsyncIterator

import anyio


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


sensor = anyio.CapacityLimiter(1)


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        yield await anyio.to_thread.run_sync(measure, limiter=sensor)
        await anyio.sleep(1)
