# caught by: test_readings_arrive_one_by_one
# learner reads: `async for` reads it, here and in `both`, and cannot read a plain generator.

import time
from collections.abc import Iterator


def measure() -> str:
    time.sleep(2)
    return "9.8 C"


def slow_station(count: int) -> Iterator[str]:
    for _ in range(count):
        yield measure()
        time.sleep(1)
