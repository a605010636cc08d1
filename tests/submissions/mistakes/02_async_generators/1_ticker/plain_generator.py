# caught by: test_the_first_tick_comes_at_once
# learner reads: A plain generator is read by `for`

import time
from collections.abc import Iterator


def ticker(every: float) -> Iterator[int]:
    number = 0
    began = time.monotonic()
    while True:
        yield number
        number += 1
        time.sleep(max(0.0, began + number * every - time.monotonic()))
