"""anyio's worker threads, in which FastAPI and Starlette run `def` endpoints and sync generators."""

import contextlib
from collections.abc import Callable
from typing import Any

import anyio.to_thread

from waterclock.patches import real_time as real
from waterclock.patches.current import Host, Job, current
from waterclock.patches.replacing import Attribute

_real_run_sync = anyio.to_thread.run_sync


class _CountingLimiter:
    """
    anyio enters its limiter right before it hands the work to a thread, and leaves it when the work is done.

    With `abandon_on_cancel` it leaves earlier; the thread then counts until it really ends.
    """

    def __init__(self, job: Job, limiter: Any) -> None:
        self._job = job
        self._limiter = limiter
        self._to_go = 2  # The limiter left, and the work finished.
        self._begun = self._dropped = False
        self._mutex = real.Mutex()

    async def __aenter__(self) -> None:
        await self._limiter.__aenter__()
        self._job.count()

    async def __aexit__(self, *error: Any) -> None:
        with self._mutex:
            self._dropped = not self._begun  # Cancelled before a thread took it. anyio drops such work.
        if self._dropped:
            self._one_down()
        self._one_down()
        await self._limiter.__aexit__(*error)

    def work(self) -> Any:
        with self._mutex:
            self._begun = True
        if self._dropped:
            return None
        try:
            return self._job.run()
        finally:
            self._one_down()

    def _one_down(self) -> None:
        with self._mutex:
            self._to_go -= 1
            last = self._to_go == 0
        if last:
            with contextlib.suppress(RuntimeError):
                self._job.finish()


async def _run_sync(
    func: Callable[..., Any],
    *args: Any,
    abandon_on_cancel: bool = False,
    cancellable: bool | None = None,
    limiter: Any = None,
) -> Any:
    host: Host | None = current()
    if cancellable is not None:
        abandon_on_cancel = cancellable
    if host is None:
        return await _real_run_sync(func, *args, abandon_on_cancel=abandon_on_cancel, limiter=limiter)
    host.gives(func, args)
    if host.inline is not None:
        return await host.inline(lambda: func(*args), limiter)
    job = host.job(lambda: func(*args))
    counting = _CountingLimiter(job, limiter or anyio.to_thread.current_default_thread_limiter())
    return await _real_run_sync(counting.work, abandon_on_cancel=abandon_on_cancel, limiter=counting)  # type: ignore[arg-type]


REPLACED: dict[Any, Any] = {_real_run_sync: _run_sync}
PATCHES = [Attribute(anyio.to_thread, "run_sync", _run_sync)]
