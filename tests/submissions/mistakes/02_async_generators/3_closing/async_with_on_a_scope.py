# caught by: test_it_hangs_up_when_the_station_has_no_more
# learner reads: `CancelScope` is entered by a plain `with`

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    finally:
        async with anyio.CancelScope(shield=True):  # type: ignore[attr-defined]
            await source.aclose()
