"""A client that leaves, a source that must be closed, and a task that nobody stopped."""

import asyncio

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from waterclock import Lab

app = FastAPI()


async def watch_battery() -> None:
    while True:
        await asyncio.sleep(5)


@app.get("/alerts")
async def alerts() -> StreamingResponse:
    async def passed_on():
        asyncio.create_task(watch_battery())
        async for alert in app.state.source:
            yield alert

    return StreamingResponse(passed_on())


with Lab(app) as lab:
    app.state.source = source = lab.feed()
    client = lab.get("/alerts")
    source.release("gale\n", at=12)
    lab.advance(to=20)
    client.leave()
    print(client.chunks, client.state)
    print("source closed:", source.closed, "by", source.closed_by)
    for leftover in lab.leftovers():
        print(leftover.what)
