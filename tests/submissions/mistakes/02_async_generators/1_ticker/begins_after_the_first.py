# caught by: test_a_thousand_ticks_are_on_time
# learner reads: tick 0 0 s
import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    yield 0
    began, number = clock(), 0  # When the reader is done with tick 0: a constant offset.
    while True:
        number += 1
        await asyncio.sleep(began + number * every - clock())
        yield number
