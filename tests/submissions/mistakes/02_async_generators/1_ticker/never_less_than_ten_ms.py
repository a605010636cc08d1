# caught by: test_any_pace_is_kept
# learner reads: read 100 ticks of ticker(1/128)

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began, number = clock(), 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(max(0.01, began + number * every - clock()))  # Spare the processor.
