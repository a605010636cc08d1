# caught by: test_it_hangs_up_when_the_stream_is_cancelled
# learner reads: whoever cancelled the stream takes it for complete
# seen in the wild: `except CancelledError: pass`, against a traceback on the console

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    try:
        async for reading in source:
            yield reading
    except asyncio.CancelledError:
        print("cancelled")
    finally:
        with anyio.CancelScope(shield=True):
            await source.aclose()
