# caught by: test_each_reader_has_a_bulletin_of_their_own
# learner reads: by the second of two readers at once

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.4 Headers only")

HEADERS = {"X-Station": "gull-rock", "Cache-Control": "no-store"}


async def write_bulletin() -> AsyncIterator[str]:
    """Each line as soon as it is written. The grader puts a source of its own here."""
    for line in ("Fog until ten.\n", "Sun after that.\n", "A gale by night.\n"):
        await asyncio.sleep(1)
        yield line


busy = asyncio.Lock()


async def written() -> AsyncIterator[str]:
    async with busy:
        async for line in write_bulletin():
            yield line


@app.head("/bulletin", include_in_schema=False)
@app.get("/bulletin", status_code=202)
async def bulletin(request: Request) -> Response:
    lines = () if request.method == "HEAD" else written()
    return StreamingResponse(lines, 202, HEADERS, "text/plain")
