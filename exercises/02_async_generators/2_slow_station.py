"""
02.2 · Slow station (core, 15 min)

High Tarn has an old sensor. `measure` takes two seconds, and it is a plain function: it returns a string,
and a string cannot be awaited. Called like this, it stops every other stream of the server for two
seconds. Readings must go on leaving one by one, and the neighbours must keep their pace, also when a
reader leaves. Readers may take turns at the sensor, but none waits until another one is through.

Read: lesson 02, "What blocks whom".      Check: course check 02.2
"""

import asyncio
import time
from collections.abc import AsyncIterator


def measure() -> str:
    """One reading of the old sensor. Comes from the manufacturer: leave it as it is."""
    time.sleep(2)
    return "9.8 C"


async def slow_station(count: int) -> AsyncIterator[str]:
    """`count` readings, with a second of rest after each, after the last one too."""
    # TODO: measure without stopping everyone else.
    for _ in range(count):
        yield measure()
        await asyncio.sleep(1)


async def gull_bay() -> None:
    began = asyncio.get_running_loop().time()
    while True:
        print(f"{asyncio.get_running_loop().time() - began:6.3f} s   Gull Bay is on time")
        await asyncio.sleep(0.5)


async def both() -> None:
    """To see it run:   python exercises/02_async_generators/2_slow_station.py"""
    beside = asyncio.create_task(gull_bay())
    async for reading in slow_station(2):
        print(f"           High Tarn reports {reading}")
    beside.cancel()


if __name__ == "__main__":
    asyncio.run(both())
