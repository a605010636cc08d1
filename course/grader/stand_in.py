"""Stand-ins: a function of the grader's in the place of one of the learner's file, with a look at who calls it."""

import asyncio
import inspect
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, contextmanager
from types import FunctionType
from typing import Any

_A_MOMENT = 0.3  # seconds, of the lab's time: a loop that has not turned by then waits for us


def on_the_loop() -> bool:
    """Whether the caller runs on the thread of an event loop, and so holds it up."""
    return asyncio._get_running_loop() is not None


class StandIn:
    """
    Takes the place of a function that the stub gives. Each call takes `takes` seconds and then gives `answer(…)`.

    A plain function spends its seconds in `time.sleep`, an async one in `asyncio.sleep`. What it sees meanwhile:
    """

    def __init__(
        self,
        answer: Callable[..., Any],
        takes: float = 0.0,
        *,
        home: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> None:
        self.calls = 0
        """How often it was called."""
        self.done = 0
        """How many calls have come to their end, with an answer or an error."""
        self.at_once = 0
        """The most calls that ran at the same time."""
        self.on_the_loop = 0
        """Calls of a plain function on the thread of an event loop: they hold it up."""
        self.on_another_loop = 0
        """Calls of an async function on another loop than the server's."""
        self.loop_stood_still = False
        """A plain function ran in a thread, and the loop waited for that thread all the same."""
        self._answer, self._takes, self._home = answer, takes, home
        self._running = 0
        self._lock = threading.Lock()

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        with self._called():
            if on_the_loop():
                self.on_the_loop += 1
            elif self._home is not None and self._takes and not _turns(self._home()):
                self.loop_stood_still = True
                return self._answer(*arguments, **named)  # Its seconds would never pass.
            if self._takes:
                time.sleep(self._takes)
            return self._answer(*arguments, **named)

    async def awaited(self, *arguments: Any, **named: Any) -> Any:
        """The same for the place of an async function."""
        async with self._called_async():
            if self._home is not None and asyncio.get_running_loop() is not self._home():
                self.on_another_loop += 1  # Waiting here could take for ever: its clock is another one.
            elif self._takes:
                await asyncio.sleep(self._takes)
            answer = self._answer(*arguments, **named)
            return await answer if inspect.isawaitable(answer) else answer

    @contextmanager
    def _called(self) -> Any:
        with self._lock:
            self.calls += 1
            self._running += 1
            self.at_once = max(self.at_once, self._running)
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                self.done += 1

    @asynccontextmanager
    async def _called_async(self) -> AsyncIterator[None]:
        with self._called():
            yield


def take_the_place_of(function: FunctionType, other: Callable[..., Any]) -> None:
    """
    From now on everyone who calls `function` calls `other`, under whatever name they hold it: a default argument, a
    `partial`, a table. The object stays, only its code changes.
    """
    signature = inspect.signature(function)
    function.__code__ = (_await_it if inspect.iscoroutinefunction(other) else _call_it).__code__
    function.__defaults__ = None
    function.__kwdefaults__ = {"__other": other, "__signature": signature}
    function.__signature__ = signature  # type: ignore[attr-defined]  # FastAPI and `inspect` read it.


def _call_it(*arguments: Any, __other: Any, __signature: Any, **named: Any) -> Any:
    __signature.bind(*arguments, **named)  # A call that does not fit fails as it would have.
    return __other(*arguments, **named)


async def _await_it(*arguments: Any, __other: Any, __signature: Any, **named: Any) -> Any:
    __signature.bind(*arguments, **named)
    return await __other(*arguments, **named)


def _turns(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the loop comes round while this thread waits."""
    turned = threading.Event()
    try:
        loop.call_soon_threadsafe(turned.set)
    except RuntimeError:  # It is closed: nobody waits any more.
        return True
    return turned.wait(_A_MOMENT)
