# caught by: test_somebody_sets_the_clock
# learner reads: tick 2 2 s · end of stream
import asyncio
import time
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began, number, day = clock(), 0, time.localtime().tm_hour
    while time.localtime().tm_hour == day:  # An hour of it, and the next one is another file.
        yield number
        number += 1
        await asyncio.sleep(began + number * every - clock())
