# caught by: test_each_reader_gets_readings_of_its_own
# learner reads: a first reading for each of the three before anybody has a second one

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


turn = asyncio.Lock()


async def slow_station(count: int) -> AsyncIterator[str]:
    async with turn:
        for _ in range(count):
            yield await asyncio.to_thread(measure)
            await asyncio.sleep(1)
