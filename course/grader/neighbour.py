"""Somebody else on the same server, whose pace tells whether the loop was free."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from waterclock.expectations import expect, item
from waterclock.expectations.unmet import Why
from waterclock.lab import Lab


class _HasLab(Protocol):
    @property
    def lab(self) -> Lab: ...


class Neighbour:
    """A stream that ticks every `every` seconds from now on, on the dot, as long as the loop lets it."""

    def __init__(self, ex: _HasLab, every: float) -> None:
        self._ex, self._every = ex, every
        self._began = ex.lab.now
        self.client = ex.lab.drain(_ticks(every))
        self.client.called = "tick"

    def kept_its_pace(self, why: Why = None) -> None:
        """Raises `Unmet` when a tick is late or missing, or when anything has held up the loop."""
        count = int((self._ex.lab.now - self._began) / self._every + 1e-9) + 1
        ticks = [item(number, at=self._began + number * self._every) for number in range(count)]
        expect(self.client, why=why).received(*ticks)
        expect(self._ex, why=why).did_not_block()

    def leave(self) -> None:
        self.client.leave()


async def _ticks(every: float) -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began, number = clock(), 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(began + number * every - clock())
