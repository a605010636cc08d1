# caught by: test_each_reader_has_a_ticker_of_its_own
# learner reads: Each call has to begin a count and a clock of its own.

import asyncio
import itertools
from collections.abc import AsyncIterator

began: list[float] = []


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began.append(clock())
    for number in itertools.count():
        await asyncio.sleep(began[0] + number * every - clock())
        yield number
