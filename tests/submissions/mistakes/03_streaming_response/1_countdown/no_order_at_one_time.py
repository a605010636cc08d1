# caught by: test_each_client_gets_a_countdown_of_its_own
# learner reads: GET /countdown?start=20&every=0

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(start: Annotated[int, Query(ge=1, le=60)] = 3, every: float = 1.0) -> Response:
    async def numbers() -> AsyncIterator[str]:
        async def due(number: int) -> str:
            await asyncio.sleep((start - number) * every)
            return f"{number}\n"

        for line in asyncio.as_completed([due(number) for number in range(start, 0, -1)]):
            yield await line

    return StreamingResponse(numbers(), media_type="text/plain")
