"""
02.1 · Ticker (warm-up, 15 min)

A station reports on the second, day and night. Yield the tick's number (0, 1, 2 …) at once, and then
every `every` seconds, for ever. The reader takes its time over each tick, though always less than
`every`. The thousandth tick must be on time all the same, also when somebody sets the machine's clock.

Read: lesson 02, "For a second, or until".      Check: course check 02.1
"""

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    number = 0
    while True:
        yield number
        number += 1
        # Until the next tick is due, not for a fixed time: what was late by then is not carried on.
        await asyncio.sleep(began + number * every - loop.time())


async def show(ticks: AsyncIterator[int]) -> None:
    """To see it run:   python exercises/02_async_generators/1_ticker.py"""
    began = asyncio.get_running_loop().time()
    async for number in ticks:
        print(f"tick {number} at {asyncio.get_running_loop().time() - began:.3f} s")
        await asyncio.sleep(1 / 3)
        if number == 6:
            break


if __name__ == "__main__":
    asyncio.run(show(ticker(every=1.0)))
