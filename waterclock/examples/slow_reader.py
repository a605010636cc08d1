"""How far does a stream run ahead of a client that does not read?"""

import itertools

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from waterclock import Lab

app = FastAPI()


@app.get("/archive")
async def archive() -> StreamingResponse:
    return StreamingResponse(app.state.blocks)


with Lab(app) as lab:
    app.state.blocks = blocks = lab.feed(bytes(1000) for _ in itertools.count())
    client = lab.get("/archive", window=5000)
    lab.advance(60)
    print(blocks.pulled, "blocks taken,", len(client.body), "bytes sent")
    client.read(3000)
    print(blocks.pulled, "blocks taken,", len(client.body), "bytes sent")
