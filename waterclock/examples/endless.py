"""Code that never gives the control back."""

import asyncio

from waterclock import Lab, LabError, Patience


async def countdown():
    number = 3
    while number > 0:
        yield number  # It never gets smaller, and nothing waits.


async def stuck():
    yield "one"
    while True:
        pass


async def deaf():
    while True:
        try:
            await asyncio.sleep(1)
        except BaseException:
            pass
        yield "still here"


for source in (countdown(), stuck(), deaf()):
    with Lab(patience=Patience(cpu=0.2)) as lab:
        try:
            reader = lab.drain(source)
            lab.advance(3)
            reader.leave()
        except LabError as error:
            print(f"{type(error).__name__}: {error.text}, line {(error.where or '?').split(':')[-1]}")
