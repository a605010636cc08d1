# caught by: test_a_thousand_ticks_are_on_time
# learner reads: end of stream

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in range(1000):
        await asyncio.sleep(began + number * every - clock())
        yield number
