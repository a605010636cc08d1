"""One request over a plain socket, and all that comes back: bytes, their times, the way it ends."""

import contextlib
import selectors
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Self

from waterclock.live.connection import CannotConnect, connect, hang_up
from waterclock.live.received import Received
from waterclock.live.wire import Wire, fields
from waterclock.timeline.marks import count, quoted

__all__ = ["CannotConnect", "Exchange", "NotSeen"]

_AT_ONCE = 32 * 1024  # A request body of up to this many bytes fits the socket's buffer: sending it cannot block.


class NotSeen(AssertionError):
    """Something that was waited for did not come. The text says what, how long, and what had come by then."""


class Exchange(Received):
    """A request in flight. A thread of its own reads the response; every member may be used from any thread."""

    def __init__(
        self,
        address: tuple[str, int],
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] = b"",
        *,
        timeout: float = 5.0,
        receive_buffer: int | None = None,
        tls: ssl.SSLContext | None = None,
        host: str | None = None,
    ) -> None:
        """
        Connects and sends; does not wait for an answer. An iterable `body` is sent chunked, from a thread, each
        part as soon as the iterable gives it. `timeout` (seconds) is for connecting, and for every wait that names
        no other. `receive_buffer` (bytes) keeps the kernel's buffer small, so that the app soon feels a reader who
        pauses. Raises `CannotConnect`.
        """
        self.method, self.target, self.timeout = method, target, timeout
        size = len(body) if isinstance(body, bytes) else None
        wire = Wire(method, target, fields(headers, host or f"{address[0]}:{address[1]}"), size)
        self._socket = connect(*address, timeout=timeout, receive_buffer=receive_buffer, tls=tls)
        self._bell, self._button = socket.socketpair()  # Wakes the reader, on every platform.
        self._paused = self._leaving = self._abrupt = False
        super().__init__(wire)
        parts = [body] if isinstance(body, bytes) else body
        if size is not None and size <= _AT_ONCE:
            self._send(parts)
        else:
            threading.Thread(target=self._send, args=(parts,), name="live writer", daemon=True).start()
        self._reader = threading.Thread(target=self._read, name=f"live {method} {target}", daemon=True)
        self._reader.start()

    def wait(
        self,
        *,
        chunks: int | None = None,
        lines: int | None = None,
        events: int | None = None,
        bytes: int | None = None,
        end: bool = False,
        within: float | None = None,
    ) -> Self:
        """
        Returns itself as soon as that many have come in all (or, with `end`, when no more can come).

        Raises `NotSeen` after `within` seconds, and at once when the response is over before.
        """
        wire = self._wire
        wanted: list[tuple[str, Callable[[], bool]]] = []
        if chunks is not None:
            wanted.append((count(chunks, "chunk"), lambda: len(wire.chunks) >= chunks))
        if lines is not None:
            wanted.append((count(lines, "line"), lambda: len(wire.lines) >= lines))
        if events is not None:
            wanted.append((count(events, "event"), lambda: len(wire.events) >= events))
        if bytes is not None:
            wanted.append((count(bytes, "byte"), lambda: len(wire.received) >= bytes))
        if end:
            wanted.append(("the end of the response", lambda: self.state != "open"))
        return self._until(lambda: all(seen() for _, seen in wanted), " and ".join(what for what, _ in wanted), within)

    def wait_headers(self, *, within: float | None = None) -> Self:
        """Returns itself when status and headers are here. Raises `NotSeen`."""
        return self._until(lambda: self.status is not None, "the headers", within)

    def _until(self, condition: Callable[[], bool], what: str, within: float | None) -> Self:
        seconds = self.timeout if within is None else within
        with self._changed:
            self._changed.wait_for(lambda: condition() or self.state != "open", seconds)
            if not condition():
                waited = f"{seconds:g} s for {what}" if self.state == "open" else f"for {what}"
                raise NotSeen(f"Waited {waited} of {self.method} {self.target}. {self._so_far()}")
        return self

    def _so_far(self) -> str:
        if self._wire.chunks:
            at, last = self._wire.chunks[-1]
            came = f"{count(len(self._wire.chunks), 'chunk')} came, the last, {quoted(last)}, at {at:.3f} s"
        else:
            came = "No answer came" if self.status is None else f"Status {self.status} came, and no chunk"
        if self.state == "open":
            return f"{came}; the response is still open{', reading is paused' if self._paused else ''}."
        how = {"ended": "it ended", "truncated": "it broke off", "left": "this client left"}[self.state]
        reason = f" ({self.error})" if self.error else ""
        return f"{came}; {how} at {self.ended_at:.3f} s{reason}."

    def pause(self) -> None:
        """Stops reading. What arrives piles up in the kernel's buffers; when they are full, the app has to wait."""
        self._change(paused=True)

    def resume(self) -> None:
        """Reads on."""
        self._change(paused=False)

    def leave(self, *, abrupt: bool = False) -> None:
        """
        Closes the connection, as a closed browser tab does; `abrupt` resets it (RST instead of FIN), as a killed
        client does. Returns when it is closed. If the response is over, nothing happens.
        """
        self._abrupt = abrupt
        self._change(leaving=True)
        self._reader.join(self.timeout)

    def _change(self, *, paused: bool | None = None, leaving: bool = False) -> None:
        with self._changed:
            self._leaving = self._leaving or leaving
            self._paused = self._paused if paused is None else paused
        with contextlib.suppress(OSError):  # The reader has ended and taken the bell with it.
            self._button.send(b"!")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def __repr__(self) -> str:
        return f"<{self.method} {self.target}: {self.status or 'no answer yet'}, {self.state}, {len(self.body)} bytes>"

    # The two threads.

    def _send(self, parts: Iterable[bytes]) -> None:
        with contextlib.suppress(OSError):  # A server that closes too early is noticed, and reported, by the reader.
            self._socket.sendall(self._wire.head)
            for part in parts:
                with self._changed:
                    framed = self._wire.framed(part)
                self._socket.sendall(framed)
            with self._changed:
                framed = self._wire.end_of_body()
            self._socket.sendall(framed)

    def _read(self) -> None:
        with self._bell, self._button, selectors.DefaultSelector() as ready:
            ready.register(self._bell, selectors.EVENT_READ)
            reading = False
            while self.state == "open" and not self._leaving:
                if reading == self._paused:
                    reading = not reading
                    (ready.register(self._socket, selectors.EVENT_READ) if reading else ready.unregister(self._socket))
                for key, _ in ready.select():
                    if key.fileobj is self._bell:
                        self._bell.recv(64)
                    elif not self._paused and not self._leaving:
                        self._take()
            hang_up(self._socket, abrupt=self._abrupt)
            with self._changed:
                self._wire.leave(self._now())
                self._changed.notify_all()

    def _take(self) -> None:
        """One read. TLS may hold decrypted bytes that no selector knows of; they are taken along."""
        try:
            data, error = self._socket.recv(65536), None
            while isinstance(self._socket, ssl.SSLSocket) and (more := self._socket.pending()):
                data += self._socket.recv(more)
        except OSError as broken:
            data, error = b"", f"the connection broke: {broken.strerror or broken}"
        with self._changed:
            self._wire.cut(error, self._now()) if error else self._wire.feed(data, self._now())
            self._changed.notify_all()
