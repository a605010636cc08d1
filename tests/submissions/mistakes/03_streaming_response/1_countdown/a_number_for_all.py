# caught by: test_others_go_on_meanwhile
# learner reads: 22 countdowns

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


number = 0


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    async def numbers() -> AsyncIterator[str]:
        global number
        for number in range(start, 0, -1):
            if number < start:
                await asyncio.sleep(every)
            yield f"{number}\n"

    return StreamingResponse(numbers(), media_type="text/plain")
