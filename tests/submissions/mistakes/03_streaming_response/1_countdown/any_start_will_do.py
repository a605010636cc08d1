# caught by: test_a_start_outside_1_to_60_is_refused
# learner reads: Every whole number is taken.

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(start: int = 3, every: float = 1.0) -> Response:
    async def numbers() -> AsyncIterator[str]:
        for number in range(start, 0, -1):
            yield f"{number}\n"
            if number > 1:
                await asyncio.sleep(every)

    return StreamingResponse(numbers(), media_type="text/plain")
