"""
aiosqlite in the lab: its statements run inline, so that they take no virtual time.

aiosqlite gives each connection a thread that nobody counts. Without this module the lab's clock would run past it and
a query would seem to return nothing. The names that are replaced are asserted in a test; aiosqlite is pinned.
"""

import sys
from collections.abc import Callable
from typing import Any

from waterclock.patches.current import current
from waterclock.patches.replacing import Attribute


def patches() -> list[Attribute]:
    """For `aiosqlite.core`, if it has been imported. Asked for again and again: a test may import it late."""
    core = sys.modules.get("aiosqlite.core")
    if core is None or isinstance(vars(core).get("Thread"), _Maker):
        return []
    return [
        Attribute(core, "Thread", _Maker(vars(core)["Thread"], lambda *arguments, **options: _NoThread())),
        Attribute(core, "SimpleQueue", _Maker(vars(core)["SimpleQueue"], lambda: _Inline(core))),
    ]


class _Maker:
    """Makes the real thing outside a lab, and the lab's inside."""

    def __init__(self, real: Callable[..., Any], ours: Callable[..., Any]) -> None:
        self._real = real
        self._ours = ours

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return (self._real if current() is None else self._ours)(*arguments, **options)


class _NoThread:
    daemon = True

    def start(self) -> None: ...

    def join(self, timeout: float | None = None) -> None: ...

    def is_alive(self) -> bool:
        return True


class _Inline:
    def __init__(self, core: Any) -> None:
        self._core = core

    def put_nowait(self, item: tuple[Any, Callable[[], Any]]) -> None:
        future, function = item
        result, error = None, None
        try:
            result = function()
        except BaseException as raised:
            error = raised
        if future is not None:
            # Delivered by a callback, not at once: a query stays a point where others get their turn.
            deliver = self._core.set_result if error is None else self._core.set_exception
            future.get_loop().call_soon(deliver, future, result if error is None else error)

    put = put_nowait
