"""Answers of other servers that the app began to read, and has to close."""

import weakref
from typing import Any

from waterclock import frames
from waterclock.lab.leftovers import Leftover
from waterclock.lab.owners import is_over, owner


class Connections:
    """Who asked which upstream for what, and where. Kept as long as the answer is still being sent."""

    def __init__(self) -> None:
        self._begun: weakref.WeakKeyDictionary[Any, tuple[Any, str | None, str]] = weakref.WeakKeyDictionary()

    def began(self, call: Any, what: str) -> None:
        """Called by whoever asks, in the context of the request that it asks for."""
        self._begun[call] = owner(), frames.caller(), what

    def leftovers(self) -> list[Leftover]:
        """Answers that are neither read to the end nor closed, although whoever asked is over."""
        return [
            Leftover("connection", f"the answer to {what} was neither read to its end nor closed", where)
            for call, (who, where, what) in list(self._begun.items())
            if who is not None and is_over(who) and not call.over
        ]
