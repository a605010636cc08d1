# approach: anyio sleeps until a moment

import itertools
from collections.abc import AsyncIterator

import anyio


async def ticker(every: float) -> AsyncIterator[int]:
    began = anyio.current_time()
    for number in itertools.count():
        await anyio.sleep_until(began + number * every)
        yield number
