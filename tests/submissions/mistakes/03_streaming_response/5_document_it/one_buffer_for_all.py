# caught by: test_each_client_gets_a_table_of_its_own
# learner reads: when somebody else has left

import asyncio
import csv
import io
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


buffer = io.StringIO()
table = csv.writer(buffer, lineterminator="\n")


async def rows() -> AsyncIterator[str]:
    yield "hour,celsius\n"
    async for reading in measure():
        table.writerow([reading.hour, reading.celsius])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}}


@app.get("/readings.csv", response_class=StreamingResponse, responses={200: CSV})
async def readings() -> StreamingResponse:
    return StreamingResponse(rows(), media_type="text/csv")
