# approach: a class with the three methods, whose work is done by a generator of its own

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import anyio


class Closing:
    def __init__(self, source: Any) -> None:
        self._readings = self._read(source)

    async def _read(self, source: Any) -> AsyncGenerator[str, None]:
        try:
            async for reading in source:
                yield reading
        finally:
            with anyio.CancelScope(shield=True):
                await source.aclose()

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        return await anext(self._readings)

    async def aclose(self) -> None:
        await self._readings.aclose()


def closing(source: Any) -> AsyncIterator[str]:
    return Closing(source)
