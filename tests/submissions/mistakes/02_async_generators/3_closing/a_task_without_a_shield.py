# caught by: test_hanging_up_is_finished
# learner reads: the `await` that hangs up was cancelled too
# seen in the wild: a task is thought to be out of reach; awaiting it takes the cancellation to it

import asyncio
from collections.abc import AsyncIterator
from typing import Any


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        await asyncio.create_task(source.aclose())
