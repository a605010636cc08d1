# caught by: test_somebody_sets_the_clock
# learner reads: The time of day is a clock that people set.

import asyncio
import time
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    began, number = time.time(), 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(began + number * every - time.time())
