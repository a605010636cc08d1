"""What all feeds share: the items to come, the book that is kept, and the world they live in."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any, Literal, Protocol

ClosedBy = Literal["the reader", "its own end", "its own error", "cancellation"]
END: Any = object()


class Waiting(Protocol):
    """A thread's wait for the next item."""

    def wait(self) -> None: ...
    def wake_from_anywhere(self) -> None: ...


class Surroundings:
    """Where a feed is used. This one is the real world; the lab has its own."""

    def __init__(self) -> None:
        self._began = perf_counter()

    def now(self) -> float:
        """Seconds since the beginning."""
        return perf_counter() - self._began

    def act(self, action: Callable[[], Any]) -> None:
        """Does something that somebody may be waiting for."""
        action()

    def act_at(self, at: float, action: Callable[[], Any]) -> None:
        raise ValueError("at=… needs the lab: outside it nobody can say when it is 20 s")

    def waiting(self) -> Waiting:
        return _RealWaiting()

    def know(self, source: "Source") -> None:
        """Is told of each feed that is made here."""

    def count(self, what: str, who: Any) -> None:
        """Is told of each item that is taken, in the order of things."""


class _RealWaiting:
    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self) -> None:
        self._event.wait()

    def wake_from_anywhere(self) -> None:
        self._event.set()


class Source:
    """What all feeds share: the items to come, and the book that is kept."""

    def __init__(self, items: Iterable[Any] | None = None, surroundings: Surroundings | None = None) -> None:
        """`items` None: silent until something is released. Otherwise they are handed out on demand, then it ends."""
        self.pulled = 0
        """Items that have been taken."""
        self.closes = 0
        """How often somebody closed it."""
        self.closed_at: float | None = None
        """When its clean-up was done, in seconds."""
        self.closed_by: ClosedBy | None = None
        self.moments: list[float] = []
        """When each item was taken, in seconds."""
        self._around = surroundings or Surroundings()
        self._around.know(self)
        self._supply = iter(items) if items is not None else None
        self._to_come: list[float] = []
        self._released: deque[Callable[[], Any]] = deque()
        self._wakers: list[Callable[[], None]] = []
        self._lock = threading.RLock()

    @property
    def surroundings(self) -> Surroundings:
        """Where it is used."""
        return self._around

    def __repr__(self) -> str:
        closed = f"closed at {self.closed_at:g} s by {self.closed_by}" if self.closed_at is not None else "open"
        return f"<{type(self).__name__}: {self.pulled} taken, {closed}>"

    @property
    def closed(self) -> bool:
        return self.closed_at is not None

    def release(self, *items: Any, at: float | None = None) -> None:
        """Lets the reader have these items: now, or at the virtual second `at`."""
        self._put([_handing(item) for item in items], at)

    def fail(self, error: BaseException, at: float | None = None) -> None:
        """
        The source breaks with this error, after what was released before.

        Raises ValueError where something is still to be released later: nobody would ever get it.
        """
        self._put([_raising(error)], at, last=True)

    def end(self, at: float | None = None) -> None:
        """The source ends, after what was released before. Raises ValueError as `fail` does."""
        self._put([_handing(END)], at, last=True)

    def run_dry(self) -> None:
        """Nobody judges any more: a supply without an end is cut, so that a thread that reads it comes to its end."""
        with self._lock:
            self._supply = iter(())

    def _put(self, entries: list[Callable[[], Any]], at: float | None, *, last: bool = False) -> None:
        latest = max(self._to_come, default=None)
        if last and latest is not None and latest > (self._around.now() if at is None else at):
            raise ValueError(f"something is to be released at {latest:g} s, after that: say when, with at={latest:g}")

        def action() -> None:
            with self._lock:
                if at is not None:
                    self._to_come.remove(at)
                self._released.extend(entries)
                wakers, self._wakers = self._wakers, []
            for wake in wakers:
                wake()

        if at is None:
            self._around.act(action)
        else:
            with self._lock:
                self._to_come.append(at)
            self._around.act_at(at, action)

    def _take(self, waker: Callable[[], Callable[[], None]]) -> Callable[[], Any] | None:
        """The next entry. None: there is none yet, and what `waker` returns will be called when there is one."""
        with self._lock:
            if self._released:
                return self._released.popleft()
            if self._supply is None:
                self._wakers.append(waker())
                return None
            return _handing(next(self._supply, END))

    def _hand_out(self, entry: Callable[[], Any]) -> Any:
        item = entry()
        if item is not END:
            self.pulled += 1
            self.moments.append(self._around.now())
            self._around.count("taken", self)
        return item

    def _is_closed(self, by: ClosedBy) -> None:
        if self.closed_at is None:
            self.closed_at, self.closed_by = self._around.now(), by


def _handing(item: Any) -> Callable[[], Any]:
    return lambda: item


def _raising(error: BaseException) -> Callable[[], Any]:
    def entry() -> Any:
        raise error

    return entry
