# caught by: test_the_first_tick_comes_at_once
# learner reads: tick 1 2.5 s

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    number = 0
    while True:
        if number:  # Zero is falsy.
            yield number
        number += 1
        await asyncio.sleep(began + number * every - clock())
