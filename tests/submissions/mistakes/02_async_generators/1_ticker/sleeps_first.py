# caught by: test_the_first_tick_comes_at_once
# learner reads: The ticker sleeps before its first tick.

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    due = loop.time()
    number = 0
    while True:
        due += every
        await asyncio.sleep(due - loop.time())
        yield number
        number += 1
