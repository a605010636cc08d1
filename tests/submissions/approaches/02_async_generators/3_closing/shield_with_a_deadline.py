# approach: a shield that does not last for ever

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        with anyio.move_on_after(10, shield=True):
            await source.aclose()
