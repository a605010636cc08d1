# caught by: test_a_start_outside_1_to_60_is_refused
# learner reads: GET /countdown?start=0

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=0, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    async def numbers() -> AsyncIterator[str]:
        for number in range(start, 0, -1):
            yield f"{number}\n"
            if number > 1:
                await asyncio.sleep(every)

    return StreamingResponse(numbers(), media_type="text/plain")
