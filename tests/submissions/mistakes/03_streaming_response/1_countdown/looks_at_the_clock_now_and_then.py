# caught by: test_each_client_gets_a_countdown_of_its_own
# learner reads: GET /countdown?start=2&every=0.125

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(start: Annotated[int, Query(ge=1, le=60)] = 3, every: float = 1.0) -> Response:
    async def numbers() -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for number in range(start, 0, -1):
            while loop.time() < due:
                await asyncio.sleep(0.25)
            yield f"{number}\n"
            due = loop.time() + every

    return StreamingResponse(numbers(), media_type="text/plain")
