"""A sync source: a generator whose reader waits in its thread."""

from collections.abc import Callable, Generator, Iterable, Iterator
from types import TracebackType
from typing import Any

from waterclock.feed.source import END, Source, Surroundings, Waiting


class SyncFeed(Source, Generator[Any, Any, Any]):
    """A generator. A reader that asks for an item that was not released yet waits in its thread."""

    def __init__(self, items: Iterable[Any] | None = None, surroundings: Surroundings | None = None) -> None:
        super().__init__(items, surroundings)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        return self

    def __next__(self) -> Any:
        while not self.closed:
            waits: list[Waiting] = []
            try:
                entry = self._take(lambda: self._waker(waits))  # noqa: B023 - called before the next turn
                item = None if entry is None else self._hand_out(entry)
            except BaseException:
                self._is_closed("its own error")
                raise
            if entry is None:
                waits[0].wait()
                continue
            if item is END:
                self._is_closed("its own end")
                break
            return item
        raise StopIteration

    def _waker(self, waits: list[Waiting]) -> Callable[[], None]:
        waits.append(self._around.waiting())
        return waits[0].wake_from_anywhere

    def send(self, value: Any) -> Any:
        return next(self)

    def throw(self, typ: Any, val: Any = None, tb: TracebackType | None = None) -> Any:
        self._is_closed("the reader")
        raise typ

    def close(self) -> None:
        self.closes += 1
        self._is_closed("the reader")
