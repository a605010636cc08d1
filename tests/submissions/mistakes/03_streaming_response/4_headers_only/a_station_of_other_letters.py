# caught by: test_status_and_headers_arrive
# learner reads: Gull-Rock

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.4 Headers only")

HEADERS = {"X-Station": "Gull-Rock", "Cache-Control": "no-store"}


async def write_bulletin() -> AsyncIterator[str]:
    """Each line as soon as it is written. The grader puts a source of its own here."""
    for line in ("Fog until ten.\n", "Sun after that.\n", "A gale by night.\n"):
        await asyncio.sleep(1)
        yield line


@app.head("/bulletin", include_in_schema=False)
@app.get("/bulletin", status_code=202)
async def bulletin(request: Request) -> Response:
    lines = () if request.method == "HEAD" else write_bulletin()
    return StreamingResponse(lines, 202, HEADERS, "text/plain")
