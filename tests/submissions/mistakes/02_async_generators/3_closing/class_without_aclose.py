# caught by: test_it_hangs_up_when_the_reader_leaves
# learner reads: it has no `aclose()`

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
            with anyio.CancelScope(shield=True):
                await self.source.aclose()
            raise
