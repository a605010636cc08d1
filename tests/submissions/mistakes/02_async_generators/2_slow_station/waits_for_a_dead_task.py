# caught by: test_an_error_of_the_sensor_reaches_the_reader
# learner reads: Nobody measures any more, and nobody has told the reader
# seen in the wild: producer task and queue, with no way for an error

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def keep_measuring(count: int, readings: asyncio.Queue[str]) -> None:
    for _ in range(count):
        await readings.put(await asyncio.to_thread(measure))
        await asyncio.sleep(1)


async def slow_station(count: int) -> AsyncIterator[str]:
    readings: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
    task = asyncio.create_task(keep_measuring(count, readings))
    try:
        for _ in range(count):
            yield await readings.get()
        await task
    finally:
        task.cancel()
