# caught by: test_the_neighbours_keep_their_pace
# learner reads: A thread measures, but the event loop stands still until it is done.

import asyncio
import threading
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    readings: list[str] = []
    for _ in range(count):
        thread = threading.Thread(target=lambda: readings.append(measure()))
        thread.start()
        thread.join()
        yield readings[-1]
        await asyncio.sleep(1)
