"""
An app judged over a real socket: uvicorn in a background thread, read by a client that keeps every byte and its time.

    with Server(app) as server:
        ticks = server.get("/ticks").wait(chunks=2)
        ticks.leave()
        server.until(lambda: server.running == 0, "the app to notice that the client has left")

It needs uvicorn: `pip install "waterclock[live]"`.
"""

from waterclock.live.connection import CannotConnect
from waterclock.live.exchange import Exchange, NotSeen
from waterclock.live.server import CannotStart, Server
from waterclock.live.url import open_url

__all__ = ["CannotConnect", "CannotStart", "Exchange", "NotSeen", "Server", "open_url"]
