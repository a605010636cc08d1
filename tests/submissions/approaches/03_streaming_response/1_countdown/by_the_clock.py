# approach: appointments on the loop's clock, so that no delay adds up

import asyncio
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
        loop = asyncio.get_running_loop()
        began = loop.time()
        for count, number in enumerate(range(start, 0, -1)):
            await asyncio.sleep(began + count * every - loop.time())
            yield f"{number}\n"

    return StreamingResponse(numbers(), media_type="text/plain")
