# caught by: test_others_go_on_meanwhile
# learner reads: Something that requests share is changed by one of them

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


left = 0


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    global left
    left = start

    async def numbers() -> AsyncIterator[str]:
        global left
        while left:
            yield f"{left}\n"
            left -= 1
            if left:
                await asyncio.sleep(every)

    return StreamingResponse(numbers(), media_type="text/plain")
