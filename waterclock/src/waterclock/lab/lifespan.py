"""The app's lifespan, entered before the first request and left after the last one."""

import asyncio
from collections.abc import Callable
from typing import Any

from waterclock.errors import StartupFailed, one_line
from waterclock.lab.loop import LabLoop
from waterclock.lab.owners import LIFESPAN, owned_by


class Lifespan:
    """
    Speaks the ASGI lifespan protocol with one app. `state` is what it yielded, and goes into every request's scope.

    An app that does not know the protocol (it raises before it answers) is used without one, as uvicorn does.
    """

    def __init__(self, loop: LabLoop, app: Callable[..., Any]) -> None:
        self.state: dict[str, Any] = {}
        self._loop = loop
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._orders: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.ended = asyncio.Event()
        """Set when the app has returned from its lifespan."""
        self._failure: str | None = None
        self._started = False
        self._task = loop.create_task(self._run(app), name="lifespan", context=owned_by(LIFESPAN))
        loop.keeps(self._task)
        self._orders.put_nowait({"type": "lifespan.startup"})

    async def _run(self, app: Callable[..., Any]) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await app(scope, self._orders.get, self._answers.put)
        except Exception as error:
            self._failure = one_line(error)
        finally:
            self.ended.set()

    def check_started(self) -> None:
        """Raises `StartupFailed` if the startup raised, or has not finished yet."""
        answer = self._answers.get_nowait() if not self._answers.empty() else None
        if answer is not None and answer["type"] == "lifespan.startup.failed":
            lines = answer.get("message", "").strip().splitlines()
            raise StartupFailed(
                "the app's lifespan failed: " + (lines[-1] if lines else self._failure or "no reason given")
            )
        self._started = answer is not None
        if answer is None and not self._task.done():
            raise StartupFailed("the app's lifespan waits for something that does not come")

    @property
    def answered(self) -> bool:
        """The startup has succeeded, failed, or is not known to the app."""
        return not self._answers.empty() or self._task.done()

    def note_failure(self) -> None:
        """An error in the shutdown has nobody to receive it."""
        if self._started and self._failure is not None:
            self._loop.problems.append(f"the app's lifespan failed when it was left: {self._failure}")
            self._failure = None

    @property
    def done(self) -> bool:
        return self._task.done()

    def stop(self) -> None:
        if not self._task.done():
            self._orders.put_nowait({"type": "lifespan.shutdown"})
