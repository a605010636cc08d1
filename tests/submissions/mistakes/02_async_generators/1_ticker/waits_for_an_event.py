# caught by: test_nobody_else_has_to_wait
# learner reads: 7 ticks at once at 2 s

import asyncio
import threading
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began, number = clock(), 0
    while True:
        yield number
        number += 1
        threading.Event().wait(began + number * every - clock())  # It holds the loop, too.
