"""`course run`: an app behind uvicorn, on the next free port, that ends on the first Ctrl+C."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Callable
from typing import NoReturn

import uvicorn
from waterclock.live.serving import PromptServer, listen

from course.cli.choosing import course_here
from course.cli.named_app import app_named
from course.cli.output import refuse


def serve(wanted: str, port: int) -> None:
    """Serve until Ctrl+C, which ends open streams too (uvicorn alone would wait for their clients)."""
    named = app_named(course_here(), wanted)
    listener = _port(port)
    taken = listener.getsockname()[1]
    if taken != port != 0:
        print(f"Port {port} is taken; using {taken}.")
    print(f"{named.name} · http://127.0.0.1:{taken}      Ctrl+C ends it", flush=True)
    for line in named.doc.splitlines():
        if line.strip().startswith(("Watch:", "curl")):  # Indented as in the docstring: one below the other.
            print(line.rstrip().replace("localhost:8000", f"127.0.0.1:{taken}"), flush=True)
    server = PromptServer(uvicorn.Config(named.app, log_level="info"))
    logging.getLogger("uvicorn.error").addFilter(_worth_logging(server))
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    if not server.started:
        refuse(f"{named.name} did not start; uvicorn says why above.")
    _end()


def _port(wanted: int) -> socket.socket:
    try:
        return listen(wanted)
    except (ValueError, OSError) as trouble:
        refuse(str(trouble))


def _worth_logging(server: PromptServer) -> Callable[[logging.LogRecord], bool]:
    """Streams that were cancelled because the server stops are no errors."""

    def worth_it(record: logging.LogRecord) -> bool:
        cancelled = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
        return not (server.should_exit and cancelled)

    return worth_it


def _end() -> NoReturn:
    """Worker threads that are still asleep in a `def` endpoint must not hold the terminal."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
