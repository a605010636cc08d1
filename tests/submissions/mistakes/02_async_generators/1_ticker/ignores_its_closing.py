# caught by: test_it_stops_when_its_reader_leaves
# learner reads: Something catches it and goes on, as if it were an error.
# seen in the wild: `except Exception: pass` around a yield, made "safer"

import asyncio
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    number = 0
    while True:
        try:
            yield number
        except BaseException:  # "The reader had a problem, not we."
            pass
        number += 1
        await asyncio.sleep(began + number * every - clock())
