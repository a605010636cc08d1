"""
A server that is asked to stop while streams are open.

What uvicorn does (`Server.shutdown`, 0.54): it takes no more connections, tells WebSockets that it goes, and waits
until every response is complete. It does not tell the streams: for them nothing has happened. With a time-out it
cancels what is left. Then, and not before, the app's lifespan is left. uvicorn looks every 0.1 s; here it sees at once.
"""

import asyncio
from typing import TYPE_CHECKING, Literal

from waterclock.lab.owners import LIFESPAN, owned_by
from waterclock.lab.websocket import RESTART, WebSocket

if TYPE_CHECKING:
    from waterclock.lab.session import Session

_CANCELLED = "Task cancelled, timeout graceful shutdown exceeded"  # uvicorn's words, which an app may look for.


class Shutdown:
    """
    The end of one lab's server. Times are virtual seconds since the lab began.

    `state` is `waiting` (for open responses, with nothing to hurry them), `leaving` (the lifespan is being left) or
    `done`. `cancelled` is how many requests the time-out cut off.
    """

    def __init__(self, session: "Session", timeout: float | None) -> None:
        self.state: Literal["waiting", "leaving", "done"] = "waiting"
        self.began_at = session.now
        self.done_at: float | None = None
        self.cancelled = 0
        self._session = session
        self._timeout = timeout
        task = session.loop.create_task(self._run(), name="shutdown", context=owned_by(LIFESPAN))
        session.loop.keeps(task)

    @property
    def is_done(self) -> bool:
        """Whether a real server would have ended by now."""
        return self.state == "done"

    def __repr__(self) -> str:
        if self.done_at is not None:
            return f"<Shutdown: done at {self.done_at:g} s, {self.cancelled} cancelled>"
        return f"<Shutdown: {self.state} since {self.began_at:g} s for {len(self._serving())} of its requests>"

    def _serving(self) -> "list[asyncio.Task[None]]":
        served = (each for each in self._session.clients if hasattr(each, "path"))
        return [each.task for each in served if not each.task.done()]

    async def _run(self) -> None:
        for each in self._session.clients:
            if isinstance(each, WebSocket):
                each.hang_up(RESTART, "closed")
        serving = self._serving()
        if serving:
            _, late = await asyncio.wait(serving, timeout=self._timeout)
            self.cancelled = len(late)
            for task in late:
                task.cancel(_CANCELLED)
        self.state = "leaving"
        lifespan = self._session.lifespan
        if lifespan is not None:
            lifespan.stop()
            await lifespan.ended.wait()
            lifespan.note_failure()
        self.state, self.done_at = "done", self._session.loop.time()
