"""How many ticks of 10 ms a loop manages while arithmetic in pure Python goes on, three ways."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor

ROUNDS = 12_000_000


def arithmetic(rounds: int = ROUNDS) -> int:
    return sum(number * number for number in range(rounds))


async def on_the_loop() -> None:
    arithmetic()


async def in_a_thread() -> None:
    await asyncio.to_thread(arithmetic)


async def in_a_process() -> None:
    await asyncio.get_running_loop().run_in_executor(pool, arithmetic)


async def ticks_beside(way: Callable[[], Awaitable[None]]) -> str:
    clock, ticks = asyncio.get_running_loop().time, 0
    began = clock()
    work = asyncio.ensure_future(way())
    while not work.done():
        await asyncio.sleep(0.01)
        ticks += 1
    return f"{ticks:3} ticks of {(clock() - began) / 0.01:3.0f}"


if __name__ == "__main__":  # A process pool may import this file again.
    with ProcessPoolExecutor(1) as pool:
        pool.submit(arithmetic, 1).result()  # The process is there before anybody waits for it.
        for way in (on_the_loop, in_a_thread, in_a_process):
            print(f"{way.__name__:<14}{asyncio.run(ticks_beside(way))}")
