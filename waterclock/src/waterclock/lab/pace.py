"""An endless stream that never waits for anything would fill the memory. It is cut off instead."""

from waterclock.errors import NoTimePasses
from waterclock.lab.inside import Inside


class Pace:
    """Counts what one sender sends in one instant. `things` and `source` are for the sentence of the verdict."""

    def __init__(self, lab: Inside, things: str, source: str) -> None:
        self._lab = lab
        self._said = f"{lab.max_sends:,} {things} in one instant: nothing in the {source} waits"
        self._instant = (-1.0, 0)

    def check(self) -> None:
        """Called for each thing that is sent. Raises `NoTimePasses`, also for whoever lets time pass."""
        now = self._lab.now
        self._instant = (now, self._instant[1] + 1) if self._instant[0] == now else (now, 1)
        if self._instant[1] > self._lab.max_sends:
            raise self._lab.give_up(NoTimePasses(self._said, self._lab.loop.generators.place()))
        self._lab.loop.clock.progress += 1
