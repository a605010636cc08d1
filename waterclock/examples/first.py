"""A minute of a weather stream, in a millisecond."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from waterclock import Lab

app = FastAPI()


@app.get("/gusts")
async def gusts() -> StreamingResponse:
    async def measured() -> AsyncIterator[str]:
        for speed in (41, 55, 62):
            yield f"{speed} km/h\n"
            await asyncio.sleep(20)

    return StreamingResponse(measured(), media_type="text/plain")


with Lab(app) as lab:
    client = lab.get("/gusts")
    print(client.status, client.state, client.chunks)
    lab.advance(30)
    print(client.state, client.chunks)
    lab.advance(to=60)
    print(client.state, "at", client.ended_at, client.text.split("\n"))
