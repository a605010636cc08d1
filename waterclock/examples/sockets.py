"""A WebSocket beside the streams."""

import asyncio

from fastapi import FastAPI, WebSocket

from waterclock import Lab

app = FastAPI()


@app.websocket("/wind")
async def wind(socket: WebSocket) -> None:
    await socket.accept()
    async for station in socket.iter_text():
        await asyncio.sleep(2)
        await socket.send_text(f"{station}: 41 km/h")


with Lab(app) as lab:
    socket = lab.websocket("/wind")
    socket.send("High Tarn")
    lab.advance(5)
    socket.close()
    print(socket.messages, socket.state, socket.close_code)
