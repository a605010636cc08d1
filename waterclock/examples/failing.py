"""What a failing expectation says."""

import asyncio

from waterclock import Lab, Unmet, expect, item


async def gusts():
    for speed in (41, 55, 62):
        yield speed
        await asyncio.sleep(1)


with Lab() as lab:
    reader = lab.drain(gusts())
    lab.advance(5)
    try:
        expect(reader).received(item(41, at=0), item(55, at=2), item(62, at=4))
    except Unmet as unmet:
        print(unmet)
