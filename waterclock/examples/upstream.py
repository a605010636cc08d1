"""An app that relays another one: both in the lab, the second one still sending."""

import asyncio

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from waterclock import Lab

station, relay = FastAPI(), FastAPI()


@station.get("/gusts")
async def gusts() -> StreamingResponse:
    async def measured():
        for speed in (41, 55, 62):
            yield f"{speed}\n"
            await asyncio.sleep(20)

    return StreamingResponse(measured())


@relay.get("/relay")
async def passed_on() -> StreamingResponse:
    async def lines():
        async with relay.state.http.stream("GET", "/gusts") as response:
            async for line in response.aiter_lines():
                yield f"High Tarn: {line} km/h\n"

    return StreamingResponse(lines())


with Lab(relay) as lab:
    relay.state.http = lab.client(station, timeout=None)  # httpx2 would give up after 5 s of silence.
    client = lab.get("/relay")
    lab.advance(30)
    print(client.chunks)
