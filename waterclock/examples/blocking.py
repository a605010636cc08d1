"""Two streams on one event loop, one of them rude."""

import asyncio
import time

from waterclock import Lab


async def polite():
    for n in range(3):
        yield n
        await asyncio.sleep(1)


async def rude():
    await asyncio.sleep(0.5)
    time.sleep(5)
    yield "sorry"


with Lab() as lab:
    numbers = lab.drain(polite())
    lab.drain(rude())
    lab.advance(10)
    print(numbers.items)
    for call in lab.blocked:
        print(call.what, "in line", str(call.where).split(":")[-1], "at", call.at, "s")
