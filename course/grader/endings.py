"""Ways for a reader to end a stream, and what the stream makes of it. For `ex.run(…)`."""

import asyncio
from collections.abc import AsyncIterable
from typing import Any

from waterclock.errors import one_line

AS_IF = "as if nothing had been"


async def closed_after_one(source: Any) -> str | None:
    """
    What a stream says when it is closed after its first item, which should be nothing.

    An iterator without `aclose` cannot object.
    """
    await anext(aiter(source), None)
    try:
        if hasattr(source, "aclose"):
            await source.aclose()
    except RuntimeError as error:
        return f"RuntimeError: {error}"
    return None


async def cancelled(source: AsyncIterable[Any], after: float, items: int = 1) -> str | None:
    """
    What a reader sees, other than its CancelledError, when it is cancelled `after` so many seconds, in a wait.

    `items`: how many come before that. None: it was cancelled, and that was all. What begins with `AS_IF` went on, or
    ended, as if nobody had cancelled anything.
    """

    async def read() -> str:
        count = 0
        async for item in source:
            count += 1
            if count > items:
                return f"{AS_IF}: the next one came, {item!r}"
        return f"{AS_IF}: the stream ended"

    reader = asyncio.ensure_future(read())
    await asyncio.sleep(after)
    reader.cancel()
    try:
        return await reader
    except asyncio.CancelledError:
        return None
    except Exception as error:
        return one_line(error)
