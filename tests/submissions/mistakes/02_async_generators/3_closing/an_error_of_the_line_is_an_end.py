# caught by: test_it_hangs_up_when_the_line_fails
# learner reads: to the reader a broken line looks like a quiet day

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    except ConnectionError:
        pass
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
