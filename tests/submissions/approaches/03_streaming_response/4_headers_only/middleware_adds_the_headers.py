# approach: a middleware sets status and headers on the response that goes out

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.4 Headers only")

HEADERS = {"X-Station": "gull-rock", "Cache-Control": "no-store"}


async def write_bulletin() -> AsyncIterator[str]:
    """Each line as soon as it is written. The grader puts a source of its own here."""
    for line in ("Fog until ten.\n", "Sun after that.\n", "A gale by night.\n"):
        await asyncio.sleep(1)
        yield line


@app.middleware("http")
async def announce(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    if request.url.path == "/bulletin":
        response.status_code = 202
        response.headers.update(HEADERS)
    return response


@app.head("/bulletin", include_in_schema=False)
@app.get("/bulletin", status_code=202)
async def bulletin(request: Request) -> Response:
    return StreamingResponse(() if request.method == "HEAD" else write_bulletin(), media_type="text/plain")
