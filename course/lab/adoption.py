"""
Threads that others start: `Thread.start`, `ThreadPoolExecutor.submit` and anyio's workers count in the lab as well.

`install()` replaces them, and `Future.result`, once per process. Outside a lab they do what they always did.
"""

import concurrent.futures
import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from course.lab import pools, real
from course.lab.errors import CutOff, LabClosed
from course.lab.virtual_time import current_lab, worker

if TYPE_CHECKING:
    from course.lab.loop import LabLoop

_NOT_OURS = ("anyio", "course", "concurrent", "aiosqlite")  # Threads of these are counted otherwise, or not at all.


def install() -> None:
    """Makes the threads of others count in the lab. Once per process."""
    if threading.Thread.start is not real.start_thread:
        return
    real_submit = concurrent.futures.ThreadPoolExecutor.submit
    real_result = concurrent.futures.Future.result
    real_shutdown = concurrent.futures.ThreadPoolExecutor.shutdown

    def start(thread: threading.Thread) -> None:
        lab = current_lab()
        if lab is not None and not type(thread).__module__.startswith(_NOT_OURS):
            _adopt(thread, lab)
        real.start_thread(thread)

    def submit(pool: Any, function: Callable[..., Any], /, *args: Any, **named: Any) -> concurrent.futures.Future[Any]:
        lab = current_lab()
        if lab is None:
            return real_submit(pool, function, *args, **named)
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        pools.note(pool, future)
        lab.call_soon_or_now(lambda: lab.threads.start(future, lambda: function(*args, **named)))
        return future

    def shutdown(pool: Any, wait: bool = True, **options: Any) -> None:
        lab = current_lab()
        if wait and lab is not None:
            pools.wait(pool, lab)
        real_shutdown(pool, wait=wait, **options)

    def result(future: Any, timeout: float | None = None) -> Any:
        lab = current_lab()
        if lab is not None and worker.loop is None and not future.done():
            lab.wait_on_the_loop(future.done)
        return real_result(future, timeout)

    for owner, replacement in (
        (concurrent.futures.Future, result),
        (threading.Thread, start),
        (concurrent.futures.ThreadPoolExecutor, submit),
        (concurrent.futures.ThreadPoolExecutor, shutdown),
    ):
        setattr(owner, replacement.__name__, replacement)
    _count_anyio_workers()


def _adopt(thread: threading.Thread, lab: "LabLoop") -> None:
    original = thread.run

    def run() -> None:
        try:
            lab.threads.work(original)
        except (LabClosed, CutOff):
            pass
        finally:
            with contextlib.suppress(RuntimeError):
                lab.call_soon_threadsafe(lab.threads.less)

    thread.run = run  # type: ignore[method-assign]
    lab.call_soon_or_now(lab.threads.more)


class _CountingLimiter:
    """
    anyio enters its limiter right before it hands the work to a thread, and leaves it when the work is done.

    With `abandon_on_cancel` it leaves earlier; the thread then counts until it really ends.
    """

    def __init__(self, lab: "LabLoop", limiter: Any) -> None:
        self._lab = lab
        self._limiter = limiter
        self._to_go = 2  # The limiter left, and the work finished.
        self._begun = self._dropped = False
        self._lock = threading.Lock()

    async def __aenter__(self) -> None:
        await self._limiter.__aenter__()
        self._lab.threads.more()

    async def __aexit__(self, *error: Any) -> None:
        with self._lock:
            self._dropped = not self._begun  # Cancelled before a thread took it. anyio drops such work.
        if self._dropped:
            self._one_down()
        self._one_down()
        await self._limiter.__aexit__(*error)

    def work(self, function: Callable[[], Any]) -> Any:
        with self._lock:
            self._begun = True
        if self._dropped:
            return None
        try:
            return self._lab.threads.work(function)
        finally:
            self._one_down()

    def _one_down(self) -> None:
        with self._lock:
            self._to_go -= 1
            last = self._to_go == 0
        if last:
            with contextlib.suppress(RuntimeError):
                self._lab.call_soon_or_now(self._lab.threads.less)


def _count_anyio_workers() -> None:
    import anyio.to_thread

    original = anyio.to_thread.run_sync

    async def run_sync(
        func: Callable[..., Any],
        *args: Any,
        abandon_on_cancel: bool = False,
        cancellable: bool | None = None,
        limiter: Any = None,
    ) -> Any:
        lab = current_lab()
        if cancellable is not None:
            abandon_on_cancel = cancellable
        if lab is None:
            return await original(func, *args, abandon_on_cancel=abandon_on_cancel, limiter=limiter)
        counting = _CountingLimiter(lab, limiter or anyio.to_thread.current_default_thread_limiter())

        def work() -> Any:
            return counting.work(lambda: func(*args))

        return await original(work, abandon_on_cancel=abandon_on_cancel, limiter=counting)  # type: ignore[arg-type]

    setattr(anyio.to_thread, "run_sync", run_sync)  # noqa: B010 - its type names parameters that we pass through
