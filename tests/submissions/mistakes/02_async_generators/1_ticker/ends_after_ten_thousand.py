# caught by: test_any_pace_is_kept
# learner reads: the last tick that was looked at: 10050

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in range(10_000):  # Ten thousand are as good as for ever.
        await asyncio.sleep(began + number * every - clock())
        yield number
