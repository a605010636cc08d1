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
async def countdown(start: int = 3, every: float = 1.0) -> Response:
    # TODO: let each number leave when its time has come, and refuse a start outside 1 to 60.
    lines = [f"{number}\n" for number in range(start, 0, -1)]
    return Response("".join(lines), media_type="text/plain")
