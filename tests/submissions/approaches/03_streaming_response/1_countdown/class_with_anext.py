# approach: an async iterator written as a class

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


class Numbers:
    def __init__(self, start: int, every: float) -> None:
        self.start, self.every, self.left = start, every, start

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        if not self.left:
            raise StopAsyncIteration
        if self.left < self.start:
            await asyncio.sleep(self.every)
        self.left -= 1
        return f"{self.left + 1}\n"


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    return StreamingResponse(Numbers(start, every), media_type="text/plain")
