# caught by: test_each_client_gets_a_table_of_its_own
# learner reads: by the second of two clients at once

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


measuring = asyncio.Lock()


async def in_turn() -> AsyncIterator[str]:
    async with measuring:
        async for row in rows():
            yield row


@app.get("/readings.csv", response_class=Table)
async def readings() -> StreamingResponse:
    return Table(in_turn())
