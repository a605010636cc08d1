# caught by: test_the_first_tick_comes_at_once
# learner reads: It asks again and again. A turn for the others is no wait

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    number = 0
    while True:
        while clock() < began + number * every:
            await asyncio.sleep(0)  # Polite, and a whole core for nothing.
        yield number
        number += 1
