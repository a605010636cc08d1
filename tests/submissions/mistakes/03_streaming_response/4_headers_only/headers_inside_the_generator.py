# caught by: test_status_and_headers_arrive
# learner reads: The headers had left before its first line

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


class PlainText(StreamingResponse):
    media_type = "text/plain"


@app.get("/bulletin", status_code=202, response_class=PlainText)
async def bulletin(response: Response) -> AsyncIterator[str]:
    response.headers.update(HEADERS)
    async for line in write_bulletin():
        yield line


@app.head("/bulletin", include_in_schema=False)
async def bulletin_headers() -> Response:
    return StreamingResponse((), 202, HEADERS, "text/plain")
