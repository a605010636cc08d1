"""
03.4 · Headers only (core, 15 min)

A bulletin is sent while it is written, and every line of it costs a forecaster a minute. Its answer
is a 202 (it is not finished when it begins) with `X-Station: gull-rock` and `Cache-Control:
no-store`. None of the three arrives: repair that; the lines leave as they do now. A monitor asks
with HEAD, all day, whether the service is alive. It gets the same status and the same headers, and
nobody writes a line for it.

To watch it:   uvicorn exercises.03_streaming_response.4_headers_only:app
               curl -Ni localhost:8000/bulletin      and      curl -I localhost:8000/bulletin

Read: lesson 03, "Headers first".      Check: course check 03.4
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.4 Headers only")


async def write_bulletin() -> AsyncIterator[str]:
    """Each line as soon as it is written. The grader puts a source of its own here."""
    for line in ("Fog until ten.\n", "Sun after that.\n", "A gale by night.\n"):
        await asyncio.sleep(1)
        yield line


@app.get("/bulletin", status_code=202)
async def bulletin(response: Response) -> Response:
    # TODO: make status and headers arrive, and answer HEAD without writing a line.
    response.headers["X-Station"] = "gull-rock"
    response.headers["Cache-Control"] = "no-store"
    return StreamingResponse(write_bulletin(), media_type="text/plain")
