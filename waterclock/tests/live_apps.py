"""Small apps that the tests of `waterclock.live` serve."""

import asyncio
from collections.abc import AsyncIterator, Callable

from fastapi import FastAPI
from fastapi.responses import StreamingResponse


def app_of(endpoint: Callable[..., object], **options: object) -> FastAPI:
    app = FastAPI(**options)  # type: ignore[arg-type]
    app.add_api_route("/", endpoint, methods=["GET", "HEAD", "POST"], response_model=None)
    return app


def numbers(count: int, every: float = 0.0) -> Callable[[], StreamingResponse]:
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            for number in range(count):
                yield f"{number}\n"
                await asyncio.sleep(every)

        return StreamingResponse(body(), media_type="text/plain")

    return endpoint


async def silent(log: list[str] | None = None) -> StreamingResponse:
    async def body() -> AsyncIterator[str]:
        try:
            yield "first\n"
            await asyncio.sleep(60)
        finally:
            if log is not None:
                log.append("closed")

    return StreamingResponse(body())
