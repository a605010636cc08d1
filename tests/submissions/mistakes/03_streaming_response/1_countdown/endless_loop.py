# caught by: test_each_number_leaves_on_its_own
# learner reads: never ends, or takes very long

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
        number = start
        while number > 0:
            line = f"{number}\n"
        yield line

    return StreamingResponse(numbers(), media_type="text/plain")
