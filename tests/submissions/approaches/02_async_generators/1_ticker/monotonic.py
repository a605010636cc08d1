# approach: the clock of `time`, the due time moved on step by step

import asyncio
import time
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    due, number = time.monotonic(), 0
    while True:
        yield number
        number += 1
        due += every
        await asyncio.sleep(max(0.0, due - time.monotonic()))
