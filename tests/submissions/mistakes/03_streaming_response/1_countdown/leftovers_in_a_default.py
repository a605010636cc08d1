# caught by: test_each_client_gets_a_countdown_of_its_own
# learner reads: a default argument, a generator that was kept

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


async def numbers(start: int, every: float, left: list[int] = []) -> AsyncIterator[str]:  # noqa: B006
    left += range(1, start + 1)
    while left:
        yield f"{left.pop()}\n"
        if left:
            await asyncio.sleep(every)


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    return StreamingResponse(numbers(start, every), media_type="text/plain")
