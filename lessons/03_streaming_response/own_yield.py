"""Endpoints that yield, as their clients see them."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse
from waterclock.live import Server

app = FastAPI()


class PlainText(StreamingResponse):
    media_type = "text/plain"


@app.get("/no response_class")
async def json_lines() -> AsyncIterator[str]:
    yield "Fog"


@app.get("/StreamingResponse", response_class=StreamingResponse)
async def untyped() -> AsyncIterator[str]:
    yield "Fog"


@app.get("/a subclass with a media type", response_class=PlainText)
async def typed() -> AsyncIterator[str]:
    yield "Fog"


@app.get("/a header set in the endpoint", response_class=PlainText)
async def header_inside(response: Response) -> AsyncIterator[str]:
    response.headers["X-Station"] = "gull-rock"
    yield "Fog"


def announced(response: Response) -> None:
    response.headers["X-Station"] = "gull-rock"


@app.get("/a header set in a dependency", response_class=PlainText)
async def header_before(_: Annotated[None, Depends(announced)]) -> AsyncIterator[str]:
    yield "Fog"


@app.get("/404 raised after a yield", response_class=PlainText)
async def error_after() -> AsyncIterator[str]:
    yield "Fog"
    raise HTTPException(404)


@app.get("/404 raised before any yield", response_class=PlainText)
async def error_inside() -> AsyncIterator[str]:
    raise HTTPException(404)
    yield "Fog"


def refused() -> None:
    raise HTTPException(404)


@app.get("/404 raised in a dependency", response_class=PlainText)
async def error_before(_: Annotated[None, Depends(refused)]) -> AsyncIterator[str]:
    yield "Fog"


def main() -> None:
    print(f"{'':30}status  content-type       x-station  the body")
    with Server(app) as server:
        for path in app.openapi()["paths"]:
            got = server.get(path.replace(" ", "%20")).wait(end=True)
            kind = got.headers.get("content-type", "-").partition(";")[0]
            station = got.headers.get("x-station", "-")
            body = "breaks off" if got.state == "truncated" else "an error" if got.status == 404 else repr(got.text)
            print(f"{path[1:]:30}{got.status}     {kind:17}  {station:9}  {body}")


if __name__ == "__main__":
    main()
