# caught by: test_each_number_leaves_on_its_own
# learner reads: Everything was handed over at the end, after all the waiting

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    async def numbers() -> AsyncIterator[str]:
        for number in range(start, 0, -1):
            yield f"{number}\n"
            if number > 1:
                await asyncio.sleep(every)

    lines = [line async for line in numbers()]
    return StreamingResponse(lines, media_type="text/plain")
