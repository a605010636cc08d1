"""
The process of the lessons' apps: `python -m course.server.apps_process`, started by `Upstream`.

A lesson's app may block its event loop, fill all worker threads or end Python: that is what some of them are for. Here
it meets other lessons' apps only. On the first line of stdin comes a key, which every request must carry: no page can
know it, so that nobody gets here but by way of the course server. On stdout go the port, and then a line whenever the
loop has turned, once a second. When stdin ends, the server has gone, and this process ends too.
"""

import asyncio
import contextlib
import hmac
import logging
import os
import socket
import threading

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from waterclock.live.serving import PromptServer, listen

from course.catalog import Catalog
from course.server.apps import all_apps
from course.server.upstream import BUFFER, KEY, LAST

GRACE = 0.5  # seconds that a handler which does not listen gets when the server stops


class Keyed:
    """404 for whoever has no key. The app does not get to see it."""

    def __init__(self, app: ASGIApp, key: bytes) -> None:
        self._app, self._key = app, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            keys = [value for name, value in scope["headers"] if name == KEY]
            if len(keys) != 1 or not hmac.compare_digest(keys[0], self._key):
                await PlainTextResponse("Not found\n", status_code=404)(scope, receive, send)
                return
            scope["headers"] = [each for each in scope["headers"] if each[0] != KEY]
        await self._app(scope, receive, send)


class AppsServer(PromptServer):
    """Says where it listens, and that its loop turns."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, control: int) -> None:
        super().__init__(config, grace=GRACE)
        self._listener, self._control = listener, control

    def ask_to_stop(self) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it calls a cut response an error
        super().ask_to_stop()

    async def main_loop(self) -> None:
        telling = asyncio.create_task(self._tell())
        await super().main_loop()
        telling.cancel()

    async def _tell(self) -> None:
        self._say(str(self._listener.getsockname()[1]))
        while True:
            await asyncio.sleep(1)
            self._say("turning")

    def _say(self, line: str) -> None:
        with contextlib.suppress(OSError):  # The server has gone; stdin tells it too.
            os.write(self._control, f"{line}\n".encode())


def _own_streams() -> tuple[int, int]:
    """stdin and stdout for this file alone. What apps print goes to the terminal, beside the log."""
    asked, control = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return asked, control


def main() -> None:
    asked, control = _own_streams()
    requests = os.fdopen(asked, "rb")
    key = requests.readline().strip()
    listener = listen()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)  # Accepted connections inherit it.
    config = uvicorn.Config(
        Keyed(all_apps(Catalog()), key), log_level="warning", ws="none", server_header=False, date_header=False
    )
    server = AppsServer(config, listener, control)

    def wait_for_the_end() -> None:
        requests.read()
        end = threading.Timer(LAST, os._exit, (0,))
        end.daemon = True
        end.start()
        server.ask_to_stop()

    threading.Thread(target=wait_for_the_end, daemon=True, name="waiting for the end").start()
    server.run(sockets=[listener])
    os._exit(0)  # a `def` handler may sleep on in its worker thread, and Python would wait for it


if __name__ == "__main__":
    main()
