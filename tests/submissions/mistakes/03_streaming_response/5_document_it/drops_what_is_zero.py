# caught by: test_the_stream_stays_as_it_is
# learner reads: "1,-3.25\n" 2 s

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

app = FastAPI(title="03.5 Document it")


class Reading(BaseModel):
    hour: int
    celsius: float


async def measure() -> AsyncIterator[Reading]:
    """Each reading as soon as it is measured. The grader puts a source of its own here."""
    for hour, celsius in enumerate((10.8, 9.8, 9.2)):
        await asyncio.sleep(1)
        yield Reading(hour=hour, celsius=celsius)


async def rows() -> AsyncIterator[str]:
    yield "hour,celsius\n"
    async for reading in measure():
        yield f"{reading.hour},{reading.celsius}\n"


class Table(StreamingResponse):
    media_type = "text/csv"


@app.get("/readings.csv", response_class=Table)
async def readings() -> AsyncIterator[str]:
    yield "hour,celsius\n"
    async for reading in measure():
        if reading.hour or reading.celsius:
            yield f"{reading.hour},{reading.celsius}\n"
