"""Plain functions and coroutines that a test calls inside a lab, and what they return."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from waterclock import frames
from waterclock.errors import EndlessLoop, LabClosed, LabError, WaitsForEver
from waterclock.lab.leftovers import place_of_task
from waterclock.lab.runner import at_work
from waterclock.lab.session import Session
from waterclock.patches import real_time as real

_T = TypeVar("_T")
LONGEST = 3600.0
"""Virtual seconds that a call may take, if nobody says otherwise."""


def function(session: Session, called: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Calls it in a worker thread. See `Lab.call`."""
    call = Call(session, lambda: called(*arguments, **named), getattr(called, "__name__", "the function"))
    session.settle()
    if not session.until(lambda: call.done, LONGEST):
        raise call.overdue(LONGEST)
    return call.result()


def coroutine(session: Session, awaited: Any, within: float) -> Any:
    """Runs it as a task of the lab's own. See `Lab.run`."""

    def start() -> Any:
        task = session.loop.create_task(awaited)
        session.loop.keeps(task)
        return task

    task = session.runner.run(start)
    session.settle()
    if not session.until(task.done, within):
        if session.loop.clock.next_timer is None:
            raise _waits_for_ever(session, "the coroutine", place_of_task(task))
        raise LabError(
            f"the coroutine did not end within {within:g} virtual seconds: it still waits", place_of_task(task)
        )
    return task.result()


def _waits_for_ever(session: Session, who: str, where: str | None) -> LabError:
    """What lies beyond the lab may yet bring what is waited for: then nothing is known."""
    beyond = session.loop.reached_beyond
    return beyond[-1].error() if beyond else WaitsForEver(f"{who} waits, and nothing is left that could wake it", where)


class Call:
    """A function on its way, in a thread of its own where there are threads."""

    def __init__(self, session: Session, function: Callable[[], Any], name: str) -> None:
        self.done = False
        self._name = name
        self._session = session
        self._result: Any = None
        self._error: BaseException | None = None
        loop = session.loop
        if loop.inline is not None:
            session.runner.run(lambda: loop.keeps(loop.create_task(self._inline(function))))
            return
        self._job = loop.job(function)
        self._job.count()
        with at_work():
            real.start_thread(threading.Thread(target=self._in_thread, name=f"{name} of a test", daemon=True))

    def result(self) -> Any:
        """Raises what the function raised."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        return self._result

    async def _inline(self, function: Callable[[], Any]) -> None:
        inline = self._session.loop.inline
        assert inline is not None
        self._keep(lambda: inline.work(function))
        self.done = True

    def _in_thread(self) -> None:
        self._keep(self._job.run)
        self.done = True
        self._job.finish()

    def _keep(self, work: Callable[[], Any]) -> None:
        try:
            self._result = work()
        except LabClosed:
            self._error = LabError(f"{self._name}() had not come back when its lab ended")
        except BaseException as error:
            self._error = error

    def place(self) -> str | None:
        """Where the judged code is, if it is still on its way."""
        idents = list(self._session.loop.threads.at_work)
        return next(
            (place for ident in idents if (place := frames.place_of_loop(frames.walk(frames.of_thread(ident))))), None
        )

    def overdue(self, within: float) -> LabError:
        """The verdict on one that does not come back."""
        if self._session.loop.clock.next_timer is None:
            return _waits_for_ever(self._session, f"{self._name}()", self.place())
        return EndlessLoop(f"{self._name}() did not come back within {within:g} virtual seconds", self.place())
