# caught by: test_on_the_wire_each_number_is_one_chunk
# learner reads: a content-length of 6 was announced

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

    length = sum(len(f"{number}\n") for number in range(1, start + 1))
    return StreamingResponse(numbers(), media_type="text/plain", headers={"Content-Length": str(length)})
