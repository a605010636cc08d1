# caught by: test_it_hangs_up_when_the_line_fails
# learner reads: RuntimeError: the station is gone
# seen in the wild: errors that are translated on the way, until nobody knows what happened

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    except Exception as error:
        raise RuntimeError("the station is gone") from error
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
