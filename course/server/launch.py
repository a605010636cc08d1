"""`course serve`: build what is stale, find a port, say where it is, serve until Ctrl+C."""

import contextlib
import logging
import os
import shlex
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from types import FrameType

import uvicorn
from waterclock.live.serving import PromptServer, listen

from course.catalog import Catalog
from course.server.app import make_app
from course.server.protocol import bounded
from course.server.rebuilding import build_alone
from course.server.room import BURST, Room, descriptors

PORT = 8800  # 8000 stays free for `course run`, as the pages show it
_GRACE = 1  # seconds that a handler which does not listen gets when the server stops


_QUEUE = 1024  # connections that wait in the kernel until they are looked at


class Server(PromptServer):
    """Stops on the first Ctrl+C, and says nothing about the streams that end with it."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            listener.listen(_QUEUE)  # asyncio takes the number of those it accepts at once for this one too

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it calls a cut response an error
        super().handle_exit(sig, frame)


def welcome(root: Path, port: int, wanted: int) -> str:
    """What the server says when it is up."""
    folder = Path(sys.prefix)
    venv = folder.relative_to(root) if folder.is_relative_to(root) else folder
    if os.name == "nt":
        activate = f'cd "{root}"; {venv}\\Scripts\\Activate.ps1'
    else:
        activate = f"cd {shlex.quote(str(root))} && source {shlex.quote(str(venv))}/bin/activate"
    moved = f"Port {wanted} is taken, so it is {port}.\n" if wanted not in (0, port) else ""
    return (
        f"\n{moved}Read here:          http://127.0.0.1:{port}/\n"
        f"Second terminal:    {activate}\n"
        "Exercises there:    course\n"
        "Stop:               Ctrl+C\n"
    )


def main(port: int | None = None, open_browser: bool = True) -> int:
    """Build what is stale, serve until Ctrl+C; returns the exit code."""
    root = Catalog().root
    wanted = PORT if port is None else port
    try:
        listener = listen(wanted)
    except (ValueError, OSError) as trouble:
        sys.stderr.write(f"{trouble}\nTry: make learn PORT=9000\n")
        return 2
    with listener:
        return _serve(root, listener, wanted, open_browser)


def _serve(root: Path, listener: socket.socket, wanted: int, open_browser: bool) -> int:
    room = Room.within(descriptors())
    if (trouble := build_alone(root)) is not None:
        sys.stderr.write(f"The site has a fault:\n{trouble}\n")
        if not (root / "site" / "index.html").is_file():
            return 2
        sys.stderr.write("Here are the pages as they were without it, or as far as they go.\n")
    number = listener.getsockname()[1]
    app = make_app(root, room=room)
    # asyncio's own loop: it accepts a bounded number of connections at once.
    config = uvicorn.Config(app, http=bounded(room), loop="asyncio", backlog=BURST, log_level="warning")
    logging.getLogger("uvicorn.error").addFilter(_worth_saying)
    server = Server(config, grace=_GRACE, on_stop=app.state.stopping.set)
    sys.stdout.write(welcome(root, number, wanted))
    sys.stdout.flush()
    if open_browser and _somebody_is_looking():
        threading.Thread(target=webbrowser.open, args=(f"http://127.0.0.1:{number}/",), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises the signal again once it has stopped
        server.run(sockets=[listener])
    sys.stdout.write("\nStopped.\n")
    sys.stdout.flush()
    if any(thread.is_alive() and not thread.daemon for thread in threading.enumerate()[1:]):
        os._exit(0)  # a `def` handler sleeps on in its worker thread, and Python would wait for it
    return 0


def _worth_saying(record: logging.LogRecord) -> bool:
    """What is passed on breaks off because it broke off where it comes from, and there it was said why."""
    return "returned without completing" not in record.getMessage()


def _somebody_is_looking() -> bool:
    screen = (
        os.name == "nt" or sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    return bool(screen and sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("CI"))
