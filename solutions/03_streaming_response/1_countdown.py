"""
03.1 · Countdown (core, 15 min)

At noon a weather balloon leaves Gull Rock, and a screen in the hall counts down to it. Send the
numbers from `start` to 1, each on a line of its own, as `text/plain; charset=utf-8`. The first
leaves at once, each of the others `every` seconds after the one before, in a chunk of its own. With
the last one the answer is over.
A `start` below 1 or above 60 is refused with a 422 before anything is sent.

To watch it:   uvicorn exercises.03_streaming_response.1_countdown:app
               curl -N "localhost:8000/countdown?start=5"

Read: lesson 03, "One yield, one chunk".      Check: course check 03.1
"""

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
        yield f"{start}\n"
        for number in range(start - 1, 0, -1):
            await asyncio.sleep(every)  # Between two numbers only: nobody waits for the first, or after the last.
            yield f"{number}\n"

    return StreamingResponse(numbers(), media_type="text/plain")
