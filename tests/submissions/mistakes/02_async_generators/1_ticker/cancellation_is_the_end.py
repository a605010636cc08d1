# caught by: test_who_cancels_it_hears_of_it
# learner reads: Something catches it, so whoever cancelled never hears.

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began, number = clock(), 0
    while True:
        yield number
        number += 1
        try:
            await asyncio.sleep(began + number * every - clock())
        except asyncio.CancelledError:
            return
