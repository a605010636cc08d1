"""Feeds in the lab: its clock, its threads."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waterclock.feed import Source, Surroundings, Waiting
from waterclock.lab.wakeup import Wakeup

if TYPE_CHECKING:
    from waterclock.lab.session import Session


class InLab(Surroundings):
    """What a feed needs to know of the lab that it is used in. `lab` is for whoever asks what can be judged."""

    def __init__(self, session: "Session") -> None:
        self.lab = session

    def now(self) -> float:
        return self.lab.now

    def know(self, source: Source) -> None:
        self.lab.sources.append(source)

    def act(self, action: Callable[[], Any]) -> None:
        self.lab.act(action)

    def act_at(self, at: float, action: Callable[[], Any]) -> None:
        self.lab.act_at(at, action)

    def waiting(self) -> Waiting:
        return _ForAnItem(self.lab.loop.threads)

    def count(self, what: str, who: Any) -> None:
        self.lab.count(what, who)


class _ForAnItem:
    """The wait of a thread, or of rude async code, for the next item of a sync feed."""

    def __init__(self, threads: Any) -> None:
        self._threads = threads
        self._wakeup = Wakeup(threads, "a sync source")

    def wait(self) -> None:
        self._threads.loop.refuse_to_wait("a sync source")
        self._wakeup.wait()

    def wake_from_anywhere(self) -> None:
        self._wakeup.wake()
