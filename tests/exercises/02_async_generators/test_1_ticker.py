"""Grader for 02.1 ticker: when each tick comes, to the microsecond, whatever the reader and the neighbours do."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from course.grader import Exercise, criterion, expect, item

SHIPPED_STUB_FAILS = "test_a_thousand_ticks_are_on_time"

PLAIN = "A plain generator is read by `for`, which cannot wait without holding up everybody."
SLEEPS_FIRST = "The ticker sleeps before its first tick."
FROM_ONE = "The first tick has the number 0: `began + number * every` is its time, too."
BLOCKS = "`time.sleep` keeps the one thread that all streams share. `await asyncio.sleep` lends it out."
GUESSES = "Every sleep is shorter by a fixed amount, whatever the reader has really taken."
POLLS = "It asks for the time again and again, and is late by the last wait. Sleep until the tick is due."
DRIFT = "A sleep of fixed length begins when the reader is done. What the reader takes is added to every tick."
CARRIED_ON = "The next tick is counted from the last one, so whatever was late once stays late for good."
GOES_ON = "What the ticker has started goes on when its reader is gone. A `finally` is reached on that way out, too."
IGNORES = "Closing raises `GeneratorExit` at the `yield`. Something catches it and goes on, as if it were an error."
SHARED = "The two tickers share something. Each call has to begin a count and a clock of its own."


@criterion
def test_the_first_tick_comes_at_once(ex: Exercise) -> None:
    """The first tick comes at once, the others `every` seconds apart."""
    ticks = ex.ticker(2.5)
    expect.that(
        hasattr(ticks, "__aiter__"),
        did="called ticker(2.5)",
        expected="something that `async for` can read",
        observed=f"a {type(ticks).__name__}, which it cannot",
        why=PLAIN if isinstance(ticks, Iterator) else None,
    )
    client = ex.drain(ticks, window=3, called="tick")
    ex.advance(to=6)
    first = client.items[0] if client.items else (0, 0)
    second = client.items[1][0] if len(client.items) > 1 else 2.5
    why = SLEEPS_FIRST if first[0] > 0 and first[1] == 0 else FROM_ONE if first == (0, 1) else None
    why = why or (GUESSES if 1.5 < second < 2.499 else POLLS if 2.5 < second < 3 else None)
    expect(client, why=why, did="read a ticker with every=2.5 for 6 s").received(
        item(0, at=0), item(1, at=2.5), item(2, at=5)
    )


@criterion(needs=test_the_first_tick_comes_at_once)
def test_nobody_else_has_to_wait(ex: Exercise) -> None:
    """While it waits for its next tick, everybody else goes on."""
    neighbour = ex.drain(on_the_quarter())
    ex.drain(ex.ticker(1.0), window=3, called="tick")
    ex.advance(to=2.1)
    expect(neighbour, why=blocked(ex), did="read something else beside the ticker").received(
        *(item(n, at=n / 4) for n in range(9))
    )
    expect(ex, why=blocked(ex)).did_not_block()


@criterion(needs=test_nobody_else_has_to_wait)
def test_a_thousand_ticks_are_on_time(ex: Exercise) -> None:
    """A thousand ticks are on time, though the reader takes a third of a second over each."""
    client = ex.drain(ex.ticker(1.0), pause=1 / 3, called="tick")
    ex.advance(to=999.5)
    second = client.items[1][0] if len(client.items) > 1 else 1.0
    expect(
        client,
        why=DRIFT if second > 1.3 else POLLS if second > 1 else None,
        did="read 1000 ticks, and took 1/3 s over each",
    ).received(*(item(n, at=n) for n in range(1000)))


@criterion(needs=test_a_thousand_ticks_are_on_time)
def test_a_late_tick_does_not_make_the_next_ones_late(ex: Exercise) -> None:
    """A tick that comes late does not make the next ones late."""
    client = ex.drain(ex.ticker(1.0), pause=1 / 3, called="tick")
    ex.drain(blocks(at=2.9, seconds=0.5))
    ex.advance(to=6.5)
    late = [at for at, number in client.items if number > 3 and at > number + 0.01]
    expect(client, why=CARRIED_ON if late else None, did="held up the loop from 2.9 s to 3.4 s").received(
        item(0, at=0), item(1, at=1), item(2, at=2), item(3, at=3.4), item(4, at=4), item(5, at=5), item(6, at=6)
    )


@criterion(needs=test_a_thousand_ticks_are_on_time)
def test_each_reader_has_a_ticker_of_its_own(ex: Exercise) -> None:
    """A second reader begins with tick 0, at once, and the first one notices nothing."""
    first = ex.drain(ex.ticker(1.0), called="tick")
    ex.advance(to=1.5)
    second = ex.drain(ex.ticker(1.0), called="tick")
    ex.advance(to=3.6)
    expect(second, why=SHARED, did="read a second ticker from 1.5 s on").received(
        item(0, at=1.5), item(1, at=2.5), item(2, at=3.5)
    )
    expect(first, why=SHARED).received(*(item(n, at=n) for n in range(4)))


@criterion(needs=test_nobody_else_has_to_wait)
def test_it_stops_when_its_reader_leaves(ex: Exercise) -> None:
    """When the reader leaves, between two ticks or at one, the ticker stops and nothing keeps running."""
    while_it_waits = ex.drain(ex.ticker(1.0), called="tick")
    at_a_tick = ex.drain(ex.ticker(1.0), pause=0.9, called="tick")
    ex.advance(to=2.5)
    while_it_waits.leave()
    at_a_tick.leave()
    ex.advance(to=6)
    expect(while_it_waits).received(item(0, at=0), item(1, at=1), item(2, at=2))
    said = ex.run(close_at_a_tick(ex.ticker(1.0)))
    expect.that(
        not said,
        did="read the first tick, then closed the ticker",
        expected="a ticker that ends when it is closed",
        observed=said or "",
        why=IGNORES,
    )
    expect(ex, why=GOES_ON, did="left one ticker in mid-wait and one at a tick").left_nothing_behind()


async def on_the_quarter() -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in range(100):
        yield number
        await asyncio.sleep(began + (number + 1) / 4 - clock())


async def blocks(at: float, seconds: float) -> AsyncIterator[None]:
    await asyncio.sleep(at)
    time.sleep(seconds)  # noqa: ASYNC251 - the neighbour is rude, that is the point
    yield


async def close_at_a_tick(ticks: Any) -> str | None:
    """What it says when it is closed, which should be nothing. An iterator without `aclose` cannot object."""
    await anext(ticks)
    try:
        if hasattr(ticks, "aclose"):
            await ticks.aclose()
    except RuntimeError as error:
        return f"RuntimeError: {error}"
    return None


def blocked(ex: Exercise) -> str | None:
    return BLOCKS if any(call.kind == "sleep" for call in ex.lab.blocked) else None
