"""What clients, readers and sockets ask of the lab they are in."""

from collections.abc import Callable
from typing import Any, Protocol

from waterclock.errors import LabError
from waterclock.lab.loop import LabLoop


class Inside(Protocol):
    """A session, as those who are served in it see it."""

    loop: LabLoop
    max_sends: int
    moments: list[tuple[int, str, Any]]
    """What was taken and sent in this lab, in order: (number, "taken" or "sent", by whom)."""

    @property
    def now(self) -> float:
        """Virtual seconds since the lab began."""

    def act(self, action: Callable[[], Any]) -> None:
        """Does something that code in the lab may be waiting for, and lets it react."""

    def count(self, what: str, who: Any) -> None:
        """Keeps the order of what is taken and sent."""

    def give_up(self, verdict: LabError) -> LabError:
        """The judged code cannot go on: whoever lets time pass gets the verdict."""
