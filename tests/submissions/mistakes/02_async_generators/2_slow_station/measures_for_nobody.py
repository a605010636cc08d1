# caught by: test_leaving_in_the_middle_of_a_measurement
# learner reads: Something goes on measuring after the reader has gone.

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def keep_measuring(count: int, readings: "asyncio.Queue[str | Exception]") -> None:
    for _ in range(count):
        try:
            await readings.put(await asyncio.to_thread(measure))
        except Exception as error:
            await readings.put(error)
        await asyncio.sleep(1)


async def slow_station(count: int) -> AsyncIterator[str]:
    readings: asyncio.Queue[str | Exception] = asyncio.Queue(maxsize=1)
    task = asyncio.create_task(keep_measuring(count, readings))
    for _ in range(count):
        reading = await readings.get()
        if isinstance(reading, Exception):
            raise reading
        yield reading
    await task
