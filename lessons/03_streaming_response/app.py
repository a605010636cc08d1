"""
Lesson 03: bytes while they are made.

Run:   course run 03        (or: uvicorn lessons.03_streaming_response.app:app)
Watch: curl -N localhost:8000/report              beside /report/buffered
       curl -N --raw localhost:8000/report        the framing of the chunks
       curl -m 2 localhost:8000/report/late       beside /report/late/streamed
       curl -I localhost:8000/wind.wav            a file, and what is known about it
"""

import asyncio
import random
import time
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO

import anyio
from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse

FORECAST = "Fog until ten. A gale by night."
STATIONS = ("Gull Rock", "Kittiwake Point", "Long Strand", "Mill Creek", "North Light", "Otter Bay")
Pause = Annotated[float, Query(ge=0, le=10)]  # seconds
Work = Annotated[float, Query(ge=0, le=120)]  # seconds
Size = Annotated[int, Query(ge=1024, le=1024 * 1024)]  # bytes


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """A minute of wind at Gull Rock, for as long as the app runs."""
    with TemporaryDirectory() as folder:
        app.state.wind = Path(folder, "wind.wav")
        with wave.open(str(app.state.wind), "wb") as sound:
            sound.setparams((1, 1, 8000, 0, "NONE", ""))  # mono, a byte a sample, 8000 Hz
            sound.writeframes(random.Random(3).randbytes(60 * 8000))
        yield


app = FastAPI(title="03 Bytes while they are made", lifespan=lifespan)


async def words(every: float) -> AsyncIterator[str]:
    for word in FORECAST.split():
        await asyncio.sleep(every)  # The forecaster thinks.
        yield word + " "


@app.get("/report")
async def report(every: Pause = 0.5) -> StreamingResponse:
    return StreamingResponse(words(every), media_type="text/plain")


@app.get("/report/buffered")
async def buffered(every: Pause = 0.5) -> PlainTextResponse:
    return PlainTextResponse("".join([word async for word in words(every)]))


@app.get("/report/sync")
def report_sync(every: Pause = 0.5) -> StreamingResponse:
    def words() -> Iterator[str]:
        for word in FORECAST.split():
            time.sleep(every)  # Holds up nobody: Starlette takes each step of a sync generator in a worker thread.
            yield word + " "

    return StreamingResponse(words(), media_type="text/plain")


async def averages(seconds: float) -> AsyncIterator[str]:
    """The month, one station after the other: `seconds` of work in all."""
    for number, station in enumerate(STATIONS):
        await asyncio.sleep(seconds / len(STATIONS))
        yield f"{station:15} {9.5 - number / 2:.1f} C\n"


@app.get("/report/late")
async def late(seconds: Work = 6) -> PlainTextResponse:
    return PlainTextResponse("".join([line async for line in averages(seconds)]))


@app.get("/report/late/streamed")
async def late_streamed(seconds: Work = 6) -> StreamingResponse:
    return StreamingResponse(averages(seconds), media_type="text/plain")


class PlainTextStream(StreamingResponse):
    media_type = "text/plain"


@app.get("/report/yield", response_class=PlainTextStream)
async def report_yield(every: Pause = 0.5) -> AsyncIterator[str]:
    async for word in words(every):
        yield word


@app.head("/wind.wav", include_in_schema=False)
@app.get("/wind.wav")
async def wind(request: Request) -> FileResponse:
    return FileResponse(request.app.state.wind, media_type="audio/wav")


def recording(request: Request) -> Iterator[BinaryIO]:
    with request.app.state.wind.open("rb") as file:
        yield file  # FastAPI comes back here after the stream, or when the client left.


@app.get("/wind/sync")
def wind_sync(file: Annotated[BinaryIO, Depends(recording)], size: Size = 8192) -> StreamingResponse:
    return StreamingResponse(iter(lambda: file.read(size), b""), media_type="audio/wav")


@app.get("/wind/async")
async def wind_async(request: Request, size: Size = 64 * 1024) -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        async with await anyio.open_file(request.app.state.wind, "rb") as file:
            while piece := await file.read(size):
                yield piece

    return StreamingResponse(pieces(), media_type="audio/wav")
