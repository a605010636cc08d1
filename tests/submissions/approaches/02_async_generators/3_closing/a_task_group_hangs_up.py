# approach: a task group whose scope is shielded, in the `finally`; nothing yields in it

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        async with anyio.create_task_group() as group:
            group.cancel_scope.shield = True
            group.start_soon(source.aclose)
