"""Where a case happens: on a real uvicorn with real seconds, or in the lab. A case cannot tell which."""

import asyncio
import math
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from waterclock.lab import Lab
from waterclock.live import Server

STEP = 0.4
"""Seconds. What a case does happens at multiples of half a step, so that a machine may be late by most of that."""

_EARLY = 0.01  # Real clocks differ by this much at most; apart from that, real things are late, never early.


class World(ABC):
    """What a case is given: a place to serve an app, a client, the passing of time, and a journal for the app."""

    def __init__(self, step: float = STEP) -> None:
        self.step = step
        self.journal: list[str] = []
        self.exchanges: list[Any] = []
        self.windowed: list[Any] = []
        self.over = self.collecting = False
        self._waited = 0.0
        self._began: dict[int, float] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="conformance-")
        self.folder = Path(self._folder.name)

    def log(self, what: str) -> None:
        """Called by the app when something happens to it."""
        if not self.over:
            self.journal.append(what if self.collecting else f"{self._moment(self.now()):g} {what}")

    def collect(self) -> None:
        """What is noted from now on is the garbage collector's doing, and has no time."""
        self.collecting = True
        self.journal.append("collected:")

    async def numbers(self, count: int = 3, name: str = "stream") -> AsyncIterator[str]:
        """The stream of most cases: a number, a step of sleep, the next number. It tells how it ended."""
        try:
            for number in range(count):
                yield f"{number}\n"
                await asyncio.sleep(self.step)
        except BaseException as error:
            self.log(f"{name}: {type(error).__name__}")
            raise
        else:
            self.log(f"{name}: finished")

    def sync_numbers(self, count: int = 3, name: str = "stream") -> Iterator[str]:
        try:
            for number in range(count):
                yield f"{number}\n"
                time.sleep(self.step)
        except BaseException as error:
            self.log(f"{name}: {type(error).__name__}")
            raise
        else:
            self.log(f"{name}: finished")

    def get(self, path: str = "/", headers: Mapping[str, str] | None = None, *, window: int | None = None) -> Any:
        return self.request("GET", path, headers, window=window)

    def post(self, path: str = "/", body: bytes | Iterable[bytes] = b"") -> Any:
        return self.request("POST", path, body=body)

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] = b"",
        window: int | None = None,
    ) -> Any:
        exchange = self._request(method, path, dict(headers or {}), body, window)
        self.exchanges.append(exchange)
        self._began[id(exchange)] = self._waited
        if window is not None:
            self.windowed.append(exchange)
        return exchange

    def since_request(self, exchange: Any, at: float) -> float:
        """A time of that exchange as steps since its request."""
        return self._moment(at + self._zero(exchange) - self._began[id(exchange)])

    def _moment(self, seconds: float) -> float:
        """Seconds as steps, rounded down to halves: what should have been then may have been a little late."""
        return math.floor((seconds + _EARLY) / self.step * 2) / 2

    @abstractmethod
    def _zero(self, exchange: Any) -> float:
        """The world's time at the zero of that exchange, in seconds."""

    @abstractmethod
    def serve(self, app: Callable[..., Any]) -> None: ...

    @abstractmethod
    def now(self) -> float:
        """Seconds since the app is served."""

    @abstractmethod
    def wait(self, steps: float) -> None: ...

    @abstractmethod
    def read_on(self, exchange: Any) -> None:
        """A reader that was opened with a `window` reads all there is, and goes on reading."""

    @abstractmethod
    def complaints(self) -> bool:
        """Whether the app made the server log an error."""

    @abstractmethod
    def _request(
        self, method: str, path: str, headers: dict[str, str], body: bytes | Iterable[bytes], window: int | None
    ) -> Any: ...

    def close(self) -> None:
        self._folder.cleanup()


class Real(World):
    """waterclock.live: uvicorn, sockets, seconds."""

    def serve(self, app: Callable[..., Any]) -> None:
        self._server = Server(app, send_buffer=64 * 1024)
        self._server.__enter__()
        self._since = time.perf_counter()

    def now(self) -> float:
        return time.perf_counter() - self._since

    def wait(self, steps: float) -> None:
        self._waited += steps * self.step
        time.sleep(max(0.0, self._since + self._waited - time.perf_counter()))

    def _zero(self, exchange: Any) -> float:
        return exchange._since - self._since

    def read_on(self, exchange: Any) -> None:
        exchange.resume()

    def complaints(self) -> bool:
        return bool(self._server.errors)

    def _request(
        self, method: str, path: str, headers: dict[str, str], body: bytes | Iterable[bytes], window: int | None
    ) -> Any:
        if not self.exchanges:  # The first request is where time begins.
            self._since = time.perf_counter()
        exchange = self._server.request(method, path, headers, body, receive_buffer=window)
        if window is not None:
            exchange.wait(bytes=1).pause()
        return exchange

    def close(self) -> None:
        if hasattr(self, "_server"):
            self._server.stop()
        super().close()


class Virtual(World):
    """waterclock.lab."""

    def serve(self, app: Callable[..., Any]) -> None:
        self._lab = Lab(app)
        self._lab.__enter__()

    def now(self) -> float:
        return self._lab.now

    def wait(self, steps: float) -> None:
        self._waited += steps * self.step
        self._lab.advance(to=self._waited)

    def _zero(self, exchange: Any) -> float:
        return 0.0  # The lab's times are the world's.

    def read_on(self, exchange: Any) -> None:
        exchange._window = None
        exchange.read()

    def complaints(self) -> bool:
        return bool(self._lab.problems) or any(exchange.error for exchange in self.exchanges)

    def _request(
        self, method: str, path: str, headers: dict[str, str], body: bytes | Iterable[bytes], window: int | None
    ) -> Any:
        return self._lab.request(method, path, headers=headers, body=body, window=window)

    def close(self) -> None:
        if hasattr(self, "_lab"):
            self._lab.close()
        super().close()
