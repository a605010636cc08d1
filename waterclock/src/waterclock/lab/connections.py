"""Answers of other servers that the app began to read, and has to close."""

from typing import Any

from waterclock import frames
from waterclock.lab.leftovers import Leftover
from waterclock.lab.owners import is_over, owner


class Connections:
    """Who asked which upstream for what, and where. Kept until the answer is over, even when nobody refers to it."""

    def __init__(self) -> None:
        self._begun: list[tuple[Any, Any, str | None, str]] = []
        self._many = 100

    def began(self, call: Any, what: str) -> None:
        """Called by whoever asks, in the context of the request that it asks for."""
        self._begun.append((call, owner(), frames.caller(), what))
        if len(self._begun) > self._many:
            self._begun = [each for each in self._begun if not each[0].over]
            self._many = max(100, 2 * len(self._begun))

    def leftovers(self) -> list[Leftover]:
        """Answers that are neither read to the end nor closed, although whoever asked is over."""
        return [
            Leftover("connection", f"the answer to {what} was neither read to its end nor closed", where)
            for call, who, where, what in list(self._begun)
            if who is not None and is_over(who) and not call.over
        ]
