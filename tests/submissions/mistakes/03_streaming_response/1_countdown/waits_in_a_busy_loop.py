# caught by: test_each_number_leaves_on_its_own
# learner reads: Your loop asks for the time again and again until it has come.

import time
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
            due = time.monotonic() + every
            while number > 1 and time.monotonic() < due:
                pass

    return StreamingResponse(numbers(), media_type="text/plain")
