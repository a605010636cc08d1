"""
What comes into a lab from outside: sockets, pipes of child processes, the selectors of event loops in threads.

Real things answer in real time, which the lab does not know. An answer that comes at once takes no virtual time, as
computing takes none. So before the clock moves it is waited for: once, for a moment, after anything was sent or opened.
What does not answer in that moment cannot be judged here, and is said to be so.
"""

import contextlib
import os
import selectors
import socket
from collections.abc import Callable
from typing import Any

from waterclock.lab.waiting_threads import GRACE
from waterclock.patches import real_time as real

Key = tuple[selectors.SelectorKey, int]
_INNER = "an event loop of its own in a thread"


class Sockets:
    """The real selector of a lab's loop. `grace`: real seconds that something from outside may take to answer."""

    def __init__(self, selector: selectors.BaseSelector, grace: float = GRACE) -> None:
        self._real = selector
        self.grace = grace
        self.touched = False
        """Something was sent, opened or received, and nobody has waited for what comes of it."""
        self.report: Callable[[str, str | None], None] = lambda what, where: None
        self.threads_wait: Callable[[], bool] = lambda: False
        """Whether a thread waits outside, too."""
        self._pipe: int | None = None  # The loop's own, by which threads wake it.
        self._woken: dict[int, tuple[Callable[[], None], bool]] = {}
        self._mutex = real.Mutex()
        self._origins: dict[int, tuple[str, str | None]] = {}
        self.last_origin: tuple[str, str | None] = ("something outside", None)
        self._reported: set[int] = set()

    # What the loop does with it.

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = self._real.register(fileobj, events, data)
        if self._pipe is None:
            self._pipe = key.fd
        else:
            self.touched = True
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        key = self._real.unregister(fileobj)
        self._reported.discard(key.fd)
        return key

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        self.touched = True
        return self._real.modify(fileobj, events, data)

    def select(self, timeout: float) -> list[Key]:
        """What has come, within `timeout` real seconds. Loops in threads are woken on the way."""
        found = []
        for key, mask in self._real.select(timeout):
            if key.fd in self._woken:
                self._woken[key.fd][0]()
                continue
            if key.fd != self._pipe:
                self.touched = True
            found.append((key, mask))
        return found

    def settled(self) -> list[Key]:
        """What has come; if nothing has, what comes within the grace, for whom there is somebody outside to wait."""
        events = self.select(0)
        if events or not self.touched:
            return events
        silent = self._from_outside()
        if (silent or self.threads_wait()) and (events := self.select(self.grace)):
            return events
        self.touched = False
        for descriptor, what, where in silent:
            if descriptor not in self._reported:
                self._reported.add(descriptor)
                self.report(f"{what} did not answer within {self.grace:g} s of real time", where)
        return []

    # Loops in threads.

    def watch(self, selector: Any, woken: Callable[[], None], has_sockets: bool) -> Callable[[], None]:
        """`woken` is called, on the loop's thread, when that selector has something. Returns what ends it."""
        descriptor: int = selector.fileno()
        with self._mutex:
            self._woken[descriptor] = woken, has_sockets
            self._real.register(descriptor, selectors.EVENT_READ)
        self.touched = self.touched or has_sockets

        def unwatch() -> None:
            with self._mutex:
                self._woken.pop(descriptor, None)
                with contextlib.suppress(KeyError, ValueError):
                    self._real.unregister(descriptor)

        return unwatch

    def has_inner(self) -> bool:
        """Whether a loop in a thread waits."""
        return bool(self._woken)

    def wake_inner(self, timeout: float = 0.0) -> bool:
        """Wakes loops in threads, while the lab's own cannot listen. Whether there was one to wake."""
        if not self._woken:
            return False
        found = False
        for key, _ in self._real.select(timeout):
            if key.fd in self._woken:
                self._woken[key.fd][0]()
                found = True
        return found

    # Where they come from.

    def note_origin(self, descriptor: int | None, what: str, where: str | None) -> None:
        """`what` was opened at `where`; its descriptor, if it is known."""
        self.touched = True
        self.last_origin = what, where
        if descriptor is not None:
            self._origins[descriptor] = what, where

    def _from_outside(self) -> list[tuple[int, str, str | None]]:
        """(descriptor, what it is, where it was opened) of all whose other end is not in this lab."""
        found: list[tuple[int, str, str | None]] = []
        names: set[Any] | None = None
        for key in list(self._real.get_map().values()):
            if key.fd == self._pipe:
                continue
            if key.fd in self._woken:
                if self._woken[key.fd][1]:
                    found.append((key.fd, _INNER, None))
                continue
            names = self._names() if names is None else names
            if not _is_inside(key.fd, names):
                found.append((key.fd, *self._origins.get(key.fd, self.last_origin)))
        return found

    def _names(self) -> set[Any]:
        """The addresses of the lab's own ends."""
        return {name for key in self._real.get_map().values() if (name := _address(key.fd, "getsockname"))}


def _is_inside(descriptor: int, names: set[Any]) -> bool:
    """Both ends are in this lab; or it listens, and nobody outside is expected to knock; or it is a socket pair."""
    peer = _address(descriptor, "getpeername")
    return peer in names if peer else _is_socket(descriptor)


def _is_socket(descriptor: int) -> bool:
    return _address(descriptor, "getsockname") is not None


def _address(descriptor: int, which: str) -> Any:
    """None where there is none, such as at a pipe; "" at one end of a socket pair."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as copy:
            return getattr(copy, which)()
    except OSError:
        return None
