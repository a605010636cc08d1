# caught by: test_any_pace_is_kept
# learner reads: read 100 ticks of ticker(1/8)

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    every = round(every, 2)  # Nobody needs more than that.
    began, number = clock(), 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(began + number * every - clock())
