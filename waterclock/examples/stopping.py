"""A server that is asked to stop while a stream is open."""

import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from waterclock import Lab


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.stop = asyncio.Event()
    yield
    app.state.stop.set()  # Too late: a server leaves the lifespan when the last response is complete.


app = FastAPI(lifespan=lifespan)


@app.get("/alerts")
async def alerts() -> StreamingResponse:
    async def lines():
        yield "calm\n"
        await app.state.stop.wait()
        yield "goodbye\n"

    return StreamingResponse(lines())


with Lab(app) as lab:
    client = lab.get("/alerts")
    stopping = lab.shutdown()
    lab.advance(3600)
    print(stopping, client.text.split())

with Lab(app) as lab:
    client = lab.get("/alerts")
    stopping = lab.shutdown(timeout=5)
    lab.advance(60)
    print(stopping, client.state)
