# approach: `aclosing`, over something that shields

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import anyio


class Shielded:
    def __init__(self, source: Any) -> None:
        self.source = source

    async def aclose(self) -> None:
        with anyio.CancelScope(shield=True):
            await self.source.aclose()


async def closing(source: Any) -> AsyncIterator[str]:
    async with aclosing(Shielded(source)):
        async for reading in source:
            yield reading
