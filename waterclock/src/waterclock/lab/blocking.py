"""What held up the event loop."""

from dataclasses import dataclass
from types import FrameType
from typing import Literal

from waterclock import frames

Kind = Literal["sleep", "subprocess", "network", "wait", "computing", "file"]


@dataclass(frozen=True)
class Blocked:
    """
    One call on the event loop that let nobody else run.

    `kind` "file" is a note: reading a local file on the loop is a choice, and often the fast one. "computing" is one
    turn of the loop that used more than 0.2 s of processor time. `at` and `seconds` are virtual.
    """

    kind: Kind
    what: str
    where: str | None
    at: float
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.what} at {self.where or 'an unknown line'}"


_SAID = {
    "Executor.__exit__()": "the threads of a pool (the end of its `with`)",
    "_shutdown()": "the threads of a pool (its `shutdown`)",
}


def waiting_call(frame: FrameType | None) -> str | None:
    """
    The call by which judged code waits, such as `Event.wait()`: the outermost library function below its own line.

    None where no judged code is waiting, where it waits for a lock itself (`with lock:`), and where asyncio does on its
    behalf, which is short.
    """
    name = None
    for each in frames.walk(frame):
        if not frames.is_library(each.f_code.co_filename):
            return name
        call = f"{each.f_code.co_qualname}()"
        if call in _SAID or not frames.is_ours(each.f_code.co_filename):
            name = None if each.f_globals.get("__name__", "").startswith("asyncio.") else _SAID.get(call, call)
    return None
