# approach: sleeps for what is left of the period, found with `%`

import asyncio
import itertools
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in itertools.count():
        yield number
        await asyncio.sleep(every - (clock() - began) % every)
