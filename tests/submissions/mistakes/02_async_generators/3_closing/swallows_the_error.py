# caught by: test_it_hangs_up_when_the_line_fails
# learner reads: The error did not get through
# seen in the wild: `except Exception` around a yield

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    except Exception as error:
        print("the line failed:", error)
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
