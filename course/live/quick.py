"""uvicorn, made to be started and stopped many times a minute in one process."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn

_GRACE = 0.3  # Seconds that handlers get to finish when the server stops, before they are cancelled.


class QuickConfig(uvicorn.Config):
    def __init__(self, app: Callable[..., Any], http: Any, loop: Any) -> None:
        super().__init__(app, http=http, loop=loop, access_log=False, log_config=None)

    def configure_logging(self) -> None:
        """The loggers belong to the whole process; `Log` takes what this server's thread says."""


class QuickServer(uvicorn.Server):
    """uvicorn without its waiting times: 0.1 s per tick of the main loop, and 0.1 s at shutdown."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.free = threading.Event()  # Set when the loop turns again after it was asked to stop.

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping, self._its_loop = asyncio.Event(), asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()

    def ask_to_stop(self) -> None:
        self.should_exit = True
        with contextlib.suppress(RuntimeError):  # The loop is closed already.
            self._its_loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        while not self.should_exit:
            await self.on_tick(0)  # Renews the date header, once a second.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.free.set()
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        tasks = set(self.server_state.tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GRACE)
            for task in late:
                task.cancel("the server stops")
            if late:
                await asyncio.wait(late, timeout=_GRACE)
        await self.lifespan.shutdown()
