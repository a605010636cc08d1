# caught by: test_a_thousand_ticks_are_on_time
# learner reads: Every sleep has the same length and begins when the reader is done.
# seen in the wild: nearly every streaming tutorial: yield, then sleep(1)

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    number = 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(every)
