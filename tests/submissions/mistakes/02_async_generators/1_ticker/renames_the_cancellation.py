# caught by: test_who_cancels_it_hears_of_it
# learner reads: RuntimeError: the ticker was interrupted

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began, number = clock(), 0
    while True:
        yield number
        number += 1
        try:
            await asyncio.sleep(began + number * every - clock())
        except asyncio.CancelledError:
            raise RuntimeError("the ticker was interrupted") from None
