"""
aiosqlite in the lab: its statements run inline, so that they take no virtual time.

aiosqlite gives each connection a thread that nobody counts. Without this module the lab's clock would run past it and
a query would seem to return nothing. The names that are replaced are asserted in a test; aiosqlite is pinned.
"""

import sys
from collections.abc import Callable
from typing import Any

from course.lab.virtual_time import current_lab


def install() -> None:
    """Patches `aiosqlite.core` if it has been imported. Outside the lab it goes on as before."""
    core = sys.modules.get("aiosqlite.core")
    if core is None or getattr(core, "_lab", False):
        return
    core._lab = True  # type: ignore[attr-defined]
    thread, simple_queue = core.Thread, core.SimpleQueue

    def make_thread(*arguments: Any, **options: Any) -> Any:
        return thread(*arguments, **options) if current_lab() is None else _NoThread()

    def make_queue() -> Any:
        return simple_queue() if current_lab() is None else _Inline(core)

    core.Thread, core.SimpleQueue = make_thread, make_queue  # type: ignore[attr-defined]


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
