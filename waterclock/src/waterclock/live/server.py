"""uvicorn on a free port of 127.0.0.1, in a thread of this process."""

import socket
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any, Literal, Self

from waterclock.live.exchange import Exchange, NotSeen
from waterclock.live.log import Log
from waterclock.live.serving import PromptServer, QuietConfig, listen
from waterclock.live.stuck import busy_at, interrupt

_PATIENCE = 5.0  # Seconds for the whole stop; a loop that is still busy then is interrupted.


class CannotStart(RuntimeError):
    """The app did not start; the text is what uvicorn logged."""


class Server:
    """
    An app behind a real uvicorn, as `uvicorn app:app` would serve it, without signals and without output.

        with Server(app) as server:
            server.get("/ticks").wait(chunks=1)

    `errors` is what uvicorn and asyncio logged meanwhile, at level warning or above, tracebacks included. Leaving the
    block closes what is open, lets the handlers and the lifespan finish, and stops at once.
    """

    def __init__(
        self,
        app: Callable[..., Any],
        *,
        http: Literal["auto", "h11", "httptools"] = "auto",
        loop: Literal["auto", "asyncio", "uvloop"] = "auto",
        send_buffer: int | None = None,
    ) -> None:
        """
        `http` and `loop` are uvicorn's options of that name. `send_buffer` (bytes) makes the kernel's buffer small on
        the server's side, so that a slow reader is felt after kilobytes and not after megabytes.
        """
        self.errors: list[str] = []
        self._app, self._http, self._loop, self._send_buffer = app, http, loop, send_buffer
        self._exchanges: list[Exchange] = []

    def __enter__(self) -> Self:
        listener = listen()
        if self._send_buffer is not None:  # Accepted connections inherit it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._send_buffer)
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._uvicorn = PromptServer(QuietConfig(self._app, self._http, self._loop))
        self._thread = threading.Thread(target=self._run, args=(listener,), name="live server", daemon=True)
        self._thread.start()
        while not self._uvicorn.ready.wait(0.05):
            if not self._thread.is_alive():
                break
        if not self._uvicorn.started:
            self._thread.join(_PATIENCE)
            raise CannotStart("The app did not start. " + ("\n".join(self.errors) or "uvicorn did not say why."))
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, listener: socket.socket) -> None:
        with listener, Log(self.errors):
            try:
                self._uvicorn.run(sockets=[listener])
            except SystemExit:  # Startup failed, which is in the log by now.
                pass
            except BaseException as error:  # A thread has nobody to raise to.
                self.errors.append("".join(traceback.format_exception(error)))
            finally:
                self._uvicorn.ready.set()

    def stop(self) -> None:
        """Leaves the open exchanges, then stops. What has to be cut off is told in `errors`."""
        for exchange in self._exchanges:
            exchange.leave()
        self._uvicorn.ask_to_stop()
        self._thread.join(_PATIENCE)
        if not self._thread.is_alive():
            return
        if self._uvicorn.free.is_set():
            self.errors.append(f"The server did not stop within {_PATIENCE:g} s: a worker thread is still busy.")
        else:
            self.errors.append(
                f"The server did not stop within {_PATIENCE:g} s: its loop is busy at {busy_at(self._thread)}."
            )
            interrupt(self._thread, until=self._uvicorn.free)  # It would keep a core busy as long as this process.
            self._thread.join(_PATIENCE)

    @property
    def running(self) -> int:
        """How many requests the app is still working on, background tasks included."""
        return len(self._uvicorn.server_state.tasks)

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] = b"",
        *,
        timeout: float = 5.0,
        receive_buffer: int | None = None,
    ) -> Exchange:
        """Sends a request and returns at once. The arguments are explained at `Exchange`."""
        address = ("127.0.0.1", self.port)
        exchange = Exchange(address, method, path, headers, body, timeout=timeout, receive_buffer=receive_buffer)
        self._exchanges.append(exchange)
        return exchange

    def get(self, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> Exchange:
        return self.request("GET", path, headers, **options)

    def head(self, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> Exchange:
        return self.request("HEAD", path, headers, **options)

    def post(
        self, path: str, headers: Mapping[str, str] | None = None, body: bytes | Iterable[bytes] = b"", **options: Any
    ) -> Exchange:
        return self.request("POST", path, headers, body, **options)

    def until(self, condition: Callable[[], bool], what: str, within: float = 5.0) -> None:
        """
        Returns as soon as `condition` holds; it is asked every few milliseconds. Raises `NotSeen`, which says `what`
        did not happen `within` that many seconds.
        """
        deadline, nap = perf_counter() + within, threading.Event()
        while not condition():
            if perf_counter() > deadline:
                logged = f" The server logged: {self.errors[-1]}" if self.errors else ""
                raise NotSeen(f"Waited {within:g} s for {what}.{logged}")
            nap.wait(0.002)
