"""
One feed of events for every page that listens, written as the course teaches it.

Events carry ids and are kept for a while, so that a page that reconnects continues after its Last-Event-ID. Each is
encoded once, whoever listens. A page that does not read is not waited for: its queue is bounded, and when it is full
the page is told to fetch the state again. Ids begin with a name for this run of the server, so that an id from before
a restart is not mistaken for one of ours.
"""

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from waterclock import sse

KEPT = 512
"""Events that are kept for pages that reconnect."""
WAITING = 128
"""Events that may wait for one page."""
SILENCE = 15.0
"""Seconds of silence after which a comment is sent."""
RETRY = 1000
"""Milliseconds that a page waits before it reconnects."""

LONGEST = 18
"""Digits of an id that can be ours. Python refuses to read numbers of thousands of them."""

_PING = sse.encode(comment="ping")


class Hub:
    """Belongs to one event loop: `publish` from any thread, everything else on the loop."""

    def __init__(self) -> None:
        self._boot = secrets.token_hex(4)
        self._last = 0
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=KEPT)
        self._listeners: set[_Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many pages listen."""
        return len(self._listeners)

    def open(self) -> None:
        """Called on the loop, before anything is published."""
        self._loop = asyncio.get_running_loop()

    def publish(self, event: str, data: Any) -> None:
        """Sends an event to every page. From any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # The server has stopped, and with it the loop.
                self._loop.call_soon_threadsafe(self._publish, event, data)

    def close(self) -> None:
        """Ends every stream, completely: a browser reconnects by itself when the server is back."""
        self._closed = True
        for listener in self._listeners:
            listener.put(None)

    async def listen(self, last_event_id: str | None) -> AsyncIterator[bytes]:
        """The events after `last_event_id`, and then all that come. The stream of `/course/events`."""
        listener = _Listener(self._reset)
        # Replay and subscription in one step, with no await between them: nothing is lost, nothing comes twice.
        for missed in self._missed(last_event_id):
            listener.put(missed)
        if self._closed:
            listener.put(None)
        self._listeners.add(listener)
        try:
            yield sse.encode(retry=RETRY, comment="the course")
            while True:
                try:
                    frame: bytes | None = await asyncio.wait_for(listener.queue.get(), SILENCE)
                except TimeoutError:
                    yield _PING
                    continue
                if frame is None:
                    return
                yield frame
        finally:
            self._listeners.discard(listener)

    def _publish(self, event: str, data: Any) -> None:
        self._last += 1
        frame = sse.encode(data, event=event, id=f"{self._boot}-{self._last}")
        self._kept.append((self._last, frame))
        for listener in self._listeners:
            listener.put(frame)

    def _reset(self) -> bytes:
        """Tells a page to fetch everything again; its id is the present moment, so it is up to date from here on."""
        return sse.encode({}, event="reset", id=f"{self._boot}-{self._last}")

    def _missed(self, last_event_id: str | None) -> list[bytes]:
        if last_event_id is None:
            return []
        boot, _, number = last_event_id.rpartition("-")
        if boot != self._boot or not (number.isascii() and number.isdigit() and len(number) <= LONGEST):
            return [self._reset()]
        seen = int(number)
        oldest = self._kept[0][0] if self._kept else self._last + 1
        if seen > self._last or seen + 1 < oldest:
            return [self._reset()]
        missed = [frame for at, frame in self._kept if at > seen]
        return missed if len(missed) <= WAITING else [self._reset()]


class _Listener:
    """The events that wait for one page."""

    def __init__(self, reset: Callable[[], bytes]) -> None:
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._reset = reset

    def put(self, frame: bytes | None) -> None:
        if self.queue.qsize() >= WAITING and frame is not None:
            # It does not keep up. What waits for it is worth less than the present state.
            while not self.queue.empty():
                self.queue.get_nowait()
            frame = self._reset()
        self.queue.put_nowait(frame)
