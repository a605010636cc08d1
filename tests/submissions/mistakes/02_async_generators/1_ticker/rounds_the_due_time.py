# caught by: test_any_pace_is_kept
# learner reads: read 100 ticks of ticker(1/128)

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    due, number = clock(), 0
    while True:
        yield number
        number += 1
        due = round(due + every, 3)  # Whole milliseconds, against rounding errors.
        await asyncio.sleep(due - clock())
