# caught by: test_each_reader_has_a_bulletin_of_their_own
# learner reads: not every request asked `write_bulletin()` for one of its own

import asyncio
from collections.abc import AsyncIterator
from functools import cache

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.4 Headers only")

HEADERS = {"X-Station": "gull-rock", "Cache-Control": "no-store"}


async def write_bulletin() -> AsyncIterator[str]:
    """Each line as soon as it is written. The grader puts a source of its own here."""
    for line in ("Fog until ten.\n", "Sun after that.\n", "A gale by night.\n"):
        await asyncio.sleep(1)
        yield line


@cache
def current() -> AsyncIterator[str]:
    return write_bulletin()


@app.head("/bulletin", include_in_schema=False)
@app.get("/bulletin", status_code=202)
async def bulletin(request: Request) -> Response:
    lines = () if request.method == "HEAD" else current()
    return StreamingResponse(lines, 202, HEADERS, "text/plain")
