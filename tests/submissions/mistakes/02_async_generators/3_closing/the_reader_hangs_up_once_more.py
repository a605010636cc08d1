# caught by: test_it_hangs_up_when_the_station_has_no_more
# learner reads: closed at 6 s by the reader, 2 times

from typing import Any, Self

import anyio


class closing:  # noqa: N801 - the exercise names it
    def __init__(self, source: Any) -> None:
        self.source = source

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        try:
            return await anext(self.source)
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        with anyio.CancelScope(shield=True):
            await self.source.aclose()
