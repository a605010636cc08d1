"""What one step of a generator costs the server: on the loop, and through a thread."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

from starlette.concurrency import iterate_in_threadpool

STEPS = 10_000


def plain() -> Iterator[int]:
    yield from range(STEPS)


async def on_the_loop() -> AsyncIterator[int]:
    for number in range(STEPS):
        yield number


async def microseconds(steps: AsyncIterator[int]) -> float:
    began = time.perf_counter()
    async for _ in steps:
        pass
    return (time.perf_counter() - began) / STEPS * 1e6


async def main() -> None:
    print(f"async generator   {await microseconds(on_the_loop()):6.1f} µs for each step")
    print(f"plain generator   {await microseconds(iterate_in_threadpool(plain())):6.1f} µs for each step")


asyncio.run(main())
