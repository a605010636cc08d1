# caught by: test_a_start_outside_1_to_60_is_refused
# learner reads: A start that is not allowed was bent until it fitted

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(start: int = 3, every: float = 1.0) -> Response:
    start = min(max(start, 1), 60)

    async def numbers() -> AsyncIterator[str]:
        for number in range(start, 0, -1):
            yield f"{number}\n"
            if number > 1:
                await asyncio.sleep(every)

    return StreamingResponse(numbers(), media_type="text/plain")
