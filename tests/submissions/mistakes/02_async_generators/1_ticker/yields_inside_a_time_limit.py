# caught by: test_it_stops_when_its_reader_leaves
# learner reads: the reader was cancelled

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    due = asyncio.get_running_loop().time()
    never = asyncio.Event()
    number = 0
    while True:
        due += every
        try:
            async with asyncio.timeout_at(due):
                yield number
                await never.wait()
        except TimeoutError:
            number += 1
