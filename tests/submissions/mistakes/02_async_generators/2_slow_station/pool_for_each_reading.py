# caught by: test_leaving_in_the_middle_of_a_measurement
# learner reads: The end of the `with` waits for the thread, and the loop waits with it.

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    for _ in range(count):
        with ThreadPoolExecutor(max_workers=1) as pool:
            reading = await asyncio.wrap_future(pool.submit(measure))
        yield reading
        await asyncio.sleep(1)
