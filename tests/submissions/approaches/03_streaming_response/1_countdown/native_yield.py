# approach: FastAPI's own `yield`, with a response class that names the media type

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import StreamingResponse

app = FastAPI(title="03.1 Countdown")


class PlainText(StreamingResponse):
    media_type = "text/plain"


@app.get("/countdown", response_class=PlainText)
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> AsyncIterator[str]:
    for number in range(start, 0, -1):
        yield f"{number}\n"
        if number > 1:
            await asyncio.sleep(every)
