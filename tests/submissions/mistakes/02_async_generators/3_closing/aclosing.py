# caught by: test_hanging_up_is_finished
# learner reads: the `await` that hangs up was cancelled too
# seen in the wild: `contextlib.aclosing`, which closes and does not shield

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any


async def closing(source: Any) -> AsyncIterator[str]:
    async with aclosing(source):
        async for reading in source:
            yield reading
