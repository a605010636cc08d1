"""An async generator that never waits: how long a neighbour's request takes beside it."""

import time
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from waterclock.live import Server

app = FastAPI()
LINES = 50_000


async def lines() -> AsyncIterator[str]:
    for number in range(LINES):
        yield f"{number}\n"


@app.get("/returned")
async def returned() -> StreamingResponse:
    return StreamingResponse(lines())


@app.get("/yielded", response_class=StreamingResponse)
async def yielded() -> AsyncIterator[str]:
    async for line in lines():
        yield line


@app.get("/neighbour")
async def neighbour() -> str:
    return "here"


for path in ("/returned", "/yielded"):
    with Server(app) as server:
        stream = server.get(path)
        stream.wait_headers(within=30)
        began = time.perf_counter()
        server.get("/neighbour").wait(end=True, within=30)
        answered = time.perf_counter() - began
        stream.wait(end=True, within=60)
        print(f"{path:<10} the neighbour's answer {answered:.3f} s, {LINES:,} lines {stream.ended_at:.1f} s")
