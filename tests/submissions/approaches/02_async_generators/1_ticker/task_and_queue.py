# approach: a task strikes, a queue carries, `finally` cancels the task

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
    ticks: asyncio.Queue[int] = asyncio.Queue(maxsize=1)
    task = asyncio.create_task(strike(ticks, every))
    try:
        while True:
            yield await ticks.get()
    finally:
        task.cancel()
