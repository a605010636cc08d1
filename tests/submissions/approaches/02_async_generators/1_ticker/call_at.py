# approach: a future that the loop itself sets at the right moment

import asyncio
import itertools
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in itertools.count():
        struck = loop.create_future()
        timer = loop.call_at(began + number * every, struck.set_result, number)
        try:
            yield await struck
        finally:
            timer.cancel()
