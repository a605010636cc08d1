# approach: no `finally`: whatever ended it is kept, the line is hung up, and it is raised again

from collections.abc import AsyncIterator
from typing import Any

import anyio


async def closing(source: Any) -> AsyncIterator[str]:
    ended_by: BaseException | None = None
    try:
        async for reading in source:
            yield reading
    except BaseException as error:
        ended_by = error
    with anyio.CancelScope(shield=True):
        await source.aclose()
    if ended_by is not None:
        raise ended_by
