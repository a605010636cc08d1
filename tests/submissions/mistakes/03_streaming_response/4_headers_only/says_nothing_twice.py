# caught by: test_each_line_leaves_when_it_is_written
# learner reads: "\n" 3 s

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


HEADERS = {"X-Station": "gull-rock", "Cache-Control": "no-store"}


async def lines_of(source: AsyncIterator[str]) -> AsyncIterator[str]:
    last = None
    async for line in source:
        if line != last:
            yield line
        last = line


@app.head("/bulletin", status_code=202, include_in_schema=False)
@app.get("/bulletin", status_code=202)
async def bulletin(request: Request) -> Response:
    lines = () if request.method == "HEAD" else lines_of(write_bulletin())
    return StreamingResponse(lines, status_code=202, headers=HEADERS, media_type="text/plain")
