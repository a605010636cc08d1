# caught by: test_as_many_readings_as_were_asked_for
# learner reads: It is false for an `if`, and a reading all the same.

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        if reading := await asyncio.to_thread(measure):
            yield reading
            await asyncio.sleep(1)
