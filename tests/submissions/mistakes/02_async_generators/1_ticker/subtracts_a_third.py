# caught by: test_the_first_tick_comes_at_once
# learner reads: Every sleep has the same length, shorter than `every`

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    number = 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(every - 1 / 3)
