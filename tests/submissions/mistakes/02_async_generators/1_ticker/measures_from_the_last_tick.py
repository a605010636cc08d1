# caught by: test_a_late_tick_does_not_make_the_next_ones_late
# learner reads: The next tick is counted from the last one

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    number = 0
    while True:
        ticked = clock()
        yield number
        number += 1
        await asyncio.sleep(ticked + every - clock())
