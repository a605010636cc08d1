"""Open streams end with the server."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class EndsWithServer:
    """
    Tells every open stream that its client has left, once `stopping` is set.

    uvicorn waits for open responses and tells them nothing, so a single stream would keep the server up. A response
    that ends this way stays incomplete on the wire: what was cut off must not look finished.
    """

    def __init__(self, app: ASGIApp, stopping: asyncio.Event) -> None:
        self._app = app
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_or_stop() -> Message:
            message = asyncio.ensure_future(receive())
            stop = asyncio.ensure_future(self._stopping.wait())
            try:
                await asyncio.wait({message, stop}, return_when=asyncio.FIRST_COMPLETED)
                return message.result() if message.done() else {"type": "http.disconnect"}
            finally:
                message.cancel()
                stop.cancel()

        await self._app(scope, receive_or_stop if scope["type"] == "http" else receive, send)
