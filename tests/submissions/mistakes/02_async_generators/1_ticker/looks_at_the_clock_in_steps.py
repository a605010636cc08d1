# caught by: test_the_first_tick_comes_at_once
# learner reads: It asks for the time again and again

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    number = 0
    while True:
        while clock() < began + number * every:
            await asyncio.sleep(0.03)
        yield number
        number += 1
