# caught by: test_the_first_tick_comes_at_once
# learner reads: The first tick has the number 0

import asyncio
import itertools
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in itertools.count(1):
        yield number
        await asyncio.sleep(began + number * every - clock())
