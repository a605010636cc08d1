# caught by: test_each_client_gets_a_countdown_of_its_own
# learner reads: after a client who had the same one

import asyncio
import functools
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@functools.cache
def numbers(start: int, every: float) -> AsyncIterator[str]:
    async def count() -> AsyncIterator[str]:
        for number in range(start, 0, -1):
            yield f"{number}\n"
            if number > 1:
                await asyncio.sleep(every)

    return count()


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    return StreamingResponse(numbers(start, every), media_type="text/plain")
