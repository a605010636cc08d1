# caught by: test_leaving_in_the_middle_of_a_measurement
# learner reads: The end of the `with` waits for the thread, and the loop waits with it.
# seen in the wild: `with ThreadPoolExecutor()` in a request: fine until a client leaves

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    with ThreadPoolExecutor() as pool:
        for _ in range(count):
            yield await asyncio.get_running_loop().run_in_executor(pool, measure)
            await asyncio.sleep(1)
