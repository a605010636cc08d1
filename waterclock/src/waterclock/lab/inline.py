"""Work for threads where there are none: done on the spot, on the loop's own stack."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import anyio
import anyio.lowlevel
import anyio.to_thread

from waterclock import frames
from waterclock.errors import CannotJudge

if TYPE_CHECKING:
    from waterclock.lab.loop import LabLoop


class Inline:
    """What comes to its end without waiting is judged as ever. What would wait in a thread cannot be."""

    def __init__(self, loop: "LabLoop") -> None:
        self.working = False
        self._loop = loop

    async def __call__(self, function: Callable[[], Any], limiter: Any) -> Any:
        """In the place of anyio's worker threads: one at a time, and no more than the limiter lets in."""
        await anyio.lowlevel.checkpoint()
        async with limiter or anyio.to_thread.current_default_thread_limiter():
            return self.work(function)

    def work(self, function: Callable[[], Any]) -> Any:
        """Calls the function as if in a thread."""
        before, self.working = self.working, True
        try:
            return function()
        finally:
            self.working = before

    def refuse(self, what: str) -> NoReturn:
        """Raises `CannotJudge`: somebody would have to wait in a thread."""
        raise self._loop.give_up(CannotJudge(f"cannot be judged here: {what} needs a thread", frames.caller()))
