# approach: a class with `__anext__` instead of a generator

import asyncio
from typing import Self


class ticker:  # noqa: N801 - the exercise names it
    def __init__(self, every: float) -> None:
        self.every, self.number, self.began = every, 0, 0.0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        clock = asyncio.get_running_loop().time
        if self.number == 0:
            self.began = clock()
        await asyncio.sleep(self.began + self.number * self.every - clock())
        self.number += 1
        return self.number - 1
