# caught by: test_each_reader_has_a_ticker_of_its_own
# learner reads: read a ticker from 0.7 s on

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began, number = clock(), 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(every - clock() % every)
