# caught by: test_a_late_tick_does_not_make_the_next_ones_late
# learner reads: tick 2 2 s · tick 4 4 s

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began, number = clock(), 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(began + number * every - clock())
        while clock() > began + number * every + every / 4:  # Too late to be worth anything.
            number += 1
            await asyncio.sleep(began + number * every - clock())
