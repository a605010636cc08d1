# caught by: test_it_stops_when_its_reader_leaves
# learner reads: What the ticker has started goes on when its reader is gone.
# seen in the wild: producer task and queue, with no `finally`

import asyncio
import itertools
from collections.abc import AsyncIterator


async def strike(ticks: asyncio.Queue[int], every: float) -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in itertools.count():
        await asyncio.sleep(began + number * every - clock())
        await ticks.put(number)


async def ticker(every: float) -> AsyncIterator[int]:
    ticks: asyncio.Queue[int] = asyncio.Queue()
    task = asyncio.create_task(strike(ticks, every))
    try:
        while True:
            yield await ticks.get()
    except asyncio.TimeoutError:
        task.cancel()  # Nobody comes by here.
