# caught by: test_readings_arrive_one_by_one
# learner reads: All readings are taken before the first one leaves.
# seen in the wild: "speed it up with gather"

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    readings = await asyncio.gather(*(asyncio.to_thread(measure) for _ in range(count)))
    for reading in readings:
        yield reading
