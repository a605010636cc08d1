# caught by: test_it_hangs_up_when_the_reader_leaves
# learner reads: so the reader is shielded too and cannot leave
# seen in the wild: a shield around everything, to be safe

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    with anyio.CancelScope(shield=True):
        try:
            async for reading in source:
                yield reading
        finally:
            await source.aclose()
