# caught by: test_a_start_outside_1_to_60_is_refused
# learner reads: status 500

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(start: int = 3, every: float = 1.0) -> Response:
    if not 1 <= start <= 60:
        raise ValueError("start must be 1 to 60")

    async def numbers() -> AsyncIterator[str]:
        for number in range(start, 0, -1):
            yield f"{number}\n"
            if number > 1:
                await asyncio.sleep(every)

    return StreamingResponse(numbers(), media_type="text/plain")
