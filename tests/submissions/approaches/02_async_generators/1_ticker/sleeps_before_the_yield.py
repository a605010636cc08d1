# approach: itertools counts, the first sleep is one of no length

import asyncio
import itertools
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in itertools.count():
        await asyncio.sleep(began + number * every - clock())
        yield number
