# caught by: test_it_is_over_after_the_last_number
# learner reads: You wait after the last number as well

from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    async def numbers() -> AsyncIterator[bytes]:
        for number in range(start, 0, -1):
            yield b"%d\n" % number
            await anyio.sleep(every)

    return StreamingResponse(numbers(), headers={"Content-Type": "text/plain; charset=utf-8"})
