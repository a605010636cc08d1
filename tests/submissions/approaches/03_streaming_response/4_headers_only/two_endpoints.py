# approach: an endpoint for each method

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.4 Headers only")

HEADERS = {"X-Station": "gull-rock", "Cache-Control": "no-store"}


async def write_bulletin() -> AsyncIterator[str]:
    """Each line as soon as it is written. The grader puts a source of its own here."""
    for line in ("Fog until ten.\n", "Sun after that.\n", "A gale by night.\n"):
        await asyncio.sleep(1)
        yield line


async def nothing() -> AsyncIterator[str]:
    return
    yield


@app.get("/bulletin", status_code=202)
async def bulletin() -> Response:
    return StreamingResponse(write_bulletin(), status_code=202, headers=HEADERS, media_type="text/plain")


@app.head("/bulletin", status_code=202, include_in_schema=False)
async def bulletin_headers() -> Response:
    return StreamingResponse(nothing(), status_code=202, headers=HEADERS, media_type="text/plain")
