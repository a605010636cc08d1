# caught by: test_the_neighbours_keep_their_pace
# learner reads: on the event loop, while everybody else stood still

import asyncio
import time
from collections.abc import AsyncIterator

from anyio.from_thread import start_blocking_portal


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    with start_blocking_portal() as portal:
        for _ in range(count):
            yield await asyncio.wrap_future(portal.start_task_soon(measure))
            await asyncio.sleep(1)
