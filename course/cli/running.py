"""`course run`: an app behind uvicorn, on the next free port, that ends on the first Ctrl+C."""

import asyncio
import logging
import os
import socket
import sys
from typing import NoReturn

import uvicorn

from course.cli.apps import app_named
from course.cli.choosing import course_here
from course.cli.say import refuse

GRACE = 0.3  # seconds that open streams get to finish by themselves


def serve(wanted: str, port: int) -> None:
    """Serve until Ctrl+C, which ends open streams too (uvicorn alone would wait for their clients)."""
    named = app_named(course_here(), wanted)
    listener = free_port(port)
    taken = listener.getsockname()[1]
    if taken != port:
        print(f"Port {port} is taken; using {taken}.")
    print(f"{named.name} · http://127.0.0.1:{taken}      Ctrl+C ends it", flush=True)
    for line in named.doc.splitlines():
        if line.strip().startswith(("Watch:", "curl")):  # Indented as in the docstring: one below the other.
            print(line.rstrip().replace("localhost:8000", f"127.0.0.1:{taken}"), flush=True)
    server = Prompt(uvicorn.Config(named.app, log_level="info"))
    logging.getLogger("uvicorn.error").addFilter(server.worth_logging)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    if not server.started:
        refuse(f"{named.name} did not start; uvicorn says why above.")
    _end()


def free_port(wanted: int, host: str = "127.0.0.1") -> socket.socket:
    """A socket that listens on the port, or to the first free one of the hundred after it, or to any."""
    if not 0 <= wanted <= 65535:
        refuse(f"There is no port {wanted}: ports go from 1 to 65535.")
    for port in (*range(wanted, min(wanted + 100, 65536)), 0):
        listener = socket.socket()
        if os.name == "posix":  # On Windows this option would share a port that somebody else listens on.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()  # from now on a client that is early waits instead of being refused
        except OSError:
            listener.close()
        else:
            return listener
    return refuse(f"No port of {host} can be listened on.")


class Prompt(uvicorn.Server):
    """uvicorn whose shutdown waits for open streams only a moment, then cancels them, then ends the lifespan."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        running = set(self.server_state.tasks)
        if running:
            _, late = await asyncio.wait(running, timeout=GRACE)
            for task in late:
                task.cancel("the server stops")
            if late:
                await asyncio.wait(late, timeout=GRACE)
        if not self.force_exit:
            await self.lifespan.shutdown()

    def worth_logging(self, record: logging.LogRecord) -> bool:
        """Streams that were cancelled because the server stops are no errors."""
        cancelled = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
        return not (self.should_exit and cancelled)


def _end() -> NoReturn:
    """Worker threads that are still asleep in a `def` endpoint must not hold the terminal."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
