"""uvicorn and a port to listen on: the one way in which all that serves here starts, and stops at once."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

try:
    import uvicorn
except ImportError as missing:
    raise ImportError(
        "waterclock.live serves apps with uvicorn, which is not installed.\n"
        'Try: pip install "waterclock[live]"      waterclock.Lab needs no server.'
    ) from missing

GRACE = 0.3
"""Seconds that open streams get to end by themselves when the server stops. Then they are cancelled."""

_TRIES = 100  # Ports looked at before any port is welcome.
_PORTS = 65536


def listen(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """
    A socket that listens on `port`, or on the first free one of the hundred after it, or on any; 0 is any.

    Clients that are earlier than the server wait instead of being refused. Raises ValueError for what is no port, and
    OSError when the host has none left.
    """
    if not 0 <= port < _PORTS:
        raise ValueError(f"There is no port {port}: ports go from 1 to {_PORTS - 1}.")
    for candidate in (*range(port, min(port + _TRIES, _PORTS)), 0) if port else (0,):
        listener = socket.socket()
        if os.name == "posix":  # On Windows this option would share a port that somebody else listens on.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(128)
        except OSError as error:
            listener.close()
            last = error
        else:
            return listener
    raise OSError(last.errno, f"No port of {host} can be listened on: {last.strerror}") from last


class QuietConfig(uvicorn.Config):
    """uvicorn's settings for a server in somebody else's process: it configures no logging."""

    def __init__(self, app: Callable[..., Any], http: Any = "auto", loop: Any = "auto") -> None:
        super().__init__(app, http=http, loop=loop, access_log=False, log_config=None)

    def configure_logging(self) -> None:
        """The loggers belong to the whole process; `Log` takes what this server's thread says."""


class PromptServer(uvicorn.Server):
    """
    uvicorn without its waiting times: it looks up ten times a second, and waits for open streams as long as they like.

    This one stops as soon as it is asked to, by Ctrl+C or by `ask_to_stop` from any thread: `on_stop` is called in its
    loop, open streams get `grace` seconds and are cancelled, and then the lifespan ends.
    """

    def __init__(
        self, config: uvicorn.Config, *, grace: float = GRACE, on_stop: Callable[[], None] | None = None
    ) -> None:
        super().__init__(config)
        self.ready = threading.Event()  # Set when it serves.
        self.free = threading.Event()  # Set when the loop turns again after it was asked to stop.
        self._grace, self._on_stop = grace, on_stop
        self._its_loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping, self._its_loop = asyncio.Event(), asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.ask_to_stop()

    def ask_to_stop(self) -> None:
        self.should_exit = True
        with contextlib.suppress(RuntimeError):  # The loop is closed already.
            if self._its_loop is not None:
                self._its_loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # Renews the date header, once a second.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.free.set()
        if self._on_stop is not None:
            self._on_stop()
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._wait_for_streams()
        if not self.force_exit:
            await self.lifespan.shutdown()

    async def _wait_for_streams(self) -> None:
        running = set(self.server_state.tasks)
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=self._grace)
        for task in late:
            task.cancel("the server stops")
        if late:
            await asyncio.wait(late, timeout=self._grace)
