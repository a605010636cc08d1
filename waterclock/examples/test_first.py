"""The first test: an app that streams, and when its bytes leave."""

import asyncio

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/gusts")
async def gusts() -> StreamingResponse:
    async def measured():
        for speed in (41, 55, 62):
            yield f"{speed} km/h\n"
            await asyncio.sleep(20)

    return StreamingResponse(measured(), media_type="text/plain")


def test_a_gust_leaves_every_twenty_seconds(lab):
    client = lab(app).get("/gusts")
    lab.advance(60)
    assert client.chunks == [(0.0, b"41 km/h\n"), (20.0, b"55 km/h\n"), (40.0, b"62 km/h\n")]
    assert client.state == "ended"
    assert not lab.leftovers()
