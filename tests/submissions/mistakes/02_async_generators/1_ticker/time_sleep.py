# caught by: test_nobody_else_has_to_wait
# learner reads: `time.sleep` keeps the one thread that all streams share.
# seen in the wild: `time.sleep` in async generators, all over the web

import time
from collections.abc import AsyncIterator


async def ticker(every: float) -> AsyncIterator[int]:
    began = time.monotonic()
    number = 0
    while True:
        yield number
        number += 1
        time.sleep(max(0, began + number * every - time.monotonic()))
