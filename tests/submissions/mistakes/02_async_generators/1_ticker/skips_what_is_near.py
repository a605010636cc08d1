# caught by: test_any_pace_is_kept
# learner reads: took 31/32 s over each

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began, number = clock(), 0
    while True:
        yield number
        number += 1
        while began + number * every - clock() < every / 10:  # Too near to be worth the trouble.
            number += 1
        await asyncio.sleep(began + number * every - clock())
