# caught by: test_others_go_on_meanwhile
# learner reads: "3\n" 30 s · "2\n" 31 s · "1\n" 32 s

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


turn = asyncio.Lock()


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    async def numbers() -> AsyncIterator[str]:
        async with turn:
            for number in range(start, 0, -1):
                yield f"{number}\n"
                if number > 1:
                    await asyncio.sleep(every)

    return StreamingResponse(numbers(), media_type="text/plain")
