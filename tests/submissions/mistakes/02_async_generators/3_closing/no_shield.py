# caught by: test_hanging_up_is_finished
# learner reads: the `await` that hangs up was cancelled too
# seen in the wild: `finally: await cleanup()` in nearly every streaming recipe

from collections.abc import AsyncIterator
from typing import Any


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        await source.aclose()
