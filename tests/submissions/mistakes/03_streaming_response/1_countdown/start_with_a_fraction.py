# caught by: test_a_start_outside_1_to_60_is_refused
# learner reads: GET /countdown?start=2.5

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(start: Annotated[float, Query(ge=1, le=60)] = 3, every: float = 1.0) -> Response:
    async def numbers() -> AsyncIterator[str]:
        number = start
        while number >= 1:
            if number < start:
                await asyncio.sleep(every)
            yield f"{number:g}\n"
            number -= 1

    return StreamingResponse(numbers(), media_type="text/plain")
