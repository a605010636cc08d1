# caught by: test_it_hangs_up_when_the_station_has_no_more
# learner reads: Hanging up was started, and the stream did not wait for it.
# seen in the wild: `create_task` in a `finally`, so that there is no `await`

import asyncio
from collections.abc import AsyncIterator
from typing import Any

tasks: list[Any] = []


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        tasks.append(asyncio.create_task(source.aclose()))
