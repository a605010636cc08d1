# caught by: test_the_stream_stays_as_it_is
# learner reads: each item a line of JSON

import asyncio
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

from fastapi import FastAPI
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


@app.get("/readings.csv")
async def readings() -> AsyncIterator[str]:
    async for row in rows():
        yield row


as_made = app.openapi


@cache
def mended() -> dict[str, Any]:
    document = as_made()
    answer = document["paths"]["/readings.csv"]["get"]["responses"]["200"]
    answer["content"] = {"text/csv": {"schema": {"type": "string"}}}
    return document


app.openapi = mended  # type: ignore[method-assign]
