"""Grader for 02.1 ticker: when each tick comes, to the microsecond, whatever the reader and the neighbours do."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from course.grader import AS_IF, Exercise, cancelled, closed_after_one, criterion, expect, item, naps

SHIPPED_STUB_FAILS = "test_a_thousand_ticks_are_on_time"

PLAIN = "A plain generator is read by `for`, which cannot wait without holding up everybody."
SLEEPS_FIRST = "The ticker sleeps before its first tick."
FROM_ONE = "The first tick has the number 0: `began + number * every` is its time, too."
BLOCKS = "`time.sleep` keeps the one thread that all streams share. `await asyncio.sleep` lends it out."
GUESSES = (
    "Every sleep has the same length, shorter than `every`: a guess at what the rest takes, and nobody knows that."
)
POLLS = "It asks for the time again and again, and is late by the last wait. Sleep until the tick is due."
DRIFT = "Every sleep has the same length and begins when the reader is done. What the reader takes comes on top."
CARRIED_ON = "The next tick is counted from the last one, so whatever was late once stays late for good."
SET_CLOCK = "The time of day is a clock that people set. The loop's own, `loop.time()`, only ever goes on."
GOES_ON = "What the ticker has started goes on when its reader is gone. A `finally` is reached on that way out, too."
IGNORES = "Closing raises `GeneratorExit` at the `yield`. Something catches it and goes on, as if it were an error."
NOT_CANCELLED = (
    "Cancelling raises `CancelledError` at an `await`. Something catches it, so whoever cancelled never hears."
)
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
    slept = naps(ex.lab)
    client = ex.drain(ticks, window=3, called="tick", did="read a ticker with every=2.5 for 6 s")
    ex.advance(to=6)

    def why() -> str | None:
        first = client.items[0] if client.items else (0, 0)
        if first == (0, 1):
            return FROM_ONE
        if first[1] == 0 and first[0] > 0 and slept[:1] == [first[0]]:
            return SLEEPS_FIRST
        if len(slept) > 2 * len(client.items):
            return POLLS
        return GUESSES if slept[0] < 2.49 and set(slept) == {slept[0]} else None

    expect(client, why=lambda: why() if slept else None).received(item(0, at=0), item(1, at=2.5), item(2, at=5))


@criterion(needs=test_the_first_tick_comes_at_once)
def test_nobody_else_has_to_wait(ex: Exercise) -> None:
    """While it waits for its next tick, everybody else goes on."""
    neighbour = ex.neighbour(every=0.25)
    ex.drain(ex.ticker(1.0), window=3, called="tick", did="read something else beside the ticker")
    ex.advance(to=2.1)
    neighbour.kept_its_pace(why=lambda: BLOCKS if ex.blocked_by("sleep") else None)


@criterion(needs=test_nobody_else_has_to_wait)
def test_a_thousand_ticks_are_on_time(ex: Exercise) -> None:
    """A thousand ticks are on time, though the reader takes a third of a second over each; and more follow."""
    pause = 1 / 3
    slept = naps(ex.lab)
    did = "read 1100 ticks, and took 1/3 s over each"
    client = ex.drain(ex.ticker(1.0), pause=pause, called="tick", did=did)
    ex.advance(to=1099.5)
    own = [nap for nap in slept if abs(nap - pause) > 1e-6]
    why = DRIFT if own and all(abs(nap - 1) < 1e-6 for nap in own) else POLLS if len(own) > 2200 else None
    expect(client, why=why).received(*(item(n, at=n) for n in range(1100)))


@criterion(needs=test_a_thousand_ticks_are_on_time)
def test_a_late_tick_does_not_make_the_next_ones_late(ex: Exercise) -> None:
    """A tick that comes late does not make the next ones late."""
    did = "held up the loop from 2.9 s to 3.4 s"
    client = ex.drain(ex.ticker(1.0), pause=1 / 3, called="tick", did=did)
    ex.drain(blocks(at=2.9, seconds=0.5))
    ex.advance(to=6.5)
    after = [round(at - number, 6) for at, number in client.items if number > 3]
    late = len(after) > 1 and set(after) == {0.4}  # All of them by what tick 3 was late.
    expect(client, why=CARRIED_ON if late else None).received(
        item(0, at=0), item(1, at=1), item(2, at=2), item(3, at=3.4), item(4, at=4), item(5, at=5), item(6, at=6)
    )


@criterion(needs=test_a_thousand_ticks_are_on_time)
def test_somebody_sets_the_clock(ex: Exercise) -> None:
    """Somebody sets the machine's clock back an hour, and the ticks come as before."""
    did = "set the machine's clock back an hour at 2.5 s"
    client = ex.drain(ex.ticker(1.0), called="tick", did=did)
    ex.advance(to=2.5)
    ex.lab.set_clock(by=-3600)
    ex.advance(to=6.5)
    late = [number for _, number in client.items] == [0, 1, 2, 3]  # Tick 3 was being waited for already.
    expect(client, why=SET_CLOCK if late else None).received(*(item(n, at=n) for n in range(7)))


@criterion(needs=test_a_thousand_ticks_are_on_time)
def test_each_reader_has_a_ticker_of_its_own(ex: Exercise) -> None:
    """Whenever a reader comes, tick 0 comes at once; a second reader begins with it, and the first notices nothing."""
    ex.advance(to=0.7)
    alone = ex.drain(ex.ticker(1.0), called="tick", did="read a ticker from 0.7 s on")
    ex.advance(to=3)
    expect(alone).received(item(0, at=0.7), item(1, at=1.7), item(2, at=2.7))
    alone.leave()
    ex.advance(to=4)
    # What is wrong from here on was right while there was one reader.
    first = ex.drain(ex.ticker(1.0), called="tick", did="read a ticker from 4 s on, when another reader had left")
    ex.advance(to=5.5)
    did = "read a second ticker from 5.5 s on"
    second = ex.drain(ex.ticker(1.0), called="tick", did=did)
    ex.advance(to=7.6)
    expect(first, why=SHARED).received(*(item(n, at=4 + n) for n in range(4)))
    expect(second, why=SHARED).received(item(0, at=5.5), item(1, at=6.5), item(2, at=7.5))


@criterion(needs=test_each_reader_has_a_ticker_of_its_own)
def test_it_stops_when_its_reader_leaves(ex: Exercise) -> None:
    """When the reader leaves, between two ticks or at one, the ticker stops and nothing keeps running."""
    ex.did("read the first tick, then closed the ticker")
    said = ex.run(closed_after_one(ex.ticker(1.0)))
    expect.that(not said, expected="a ticker that ends when it is closed", observed=said or "", why=IGNORES)

    at_the_first = ex.drain(ex.ticker(1.0), window=1, called="tick")
    ex.advance(to=0.5)
    at_the_first.leave()
    ex.advance(to=2)
    expect(ex, why=GOES_ON, did="read tick 0, and left half a second later").left_nothing_behind()

    while_it_waits = ex.drain(ex.ticker(1.0), called="tick", did="left one ticker in mid-wait and one at a tick")
    at_a_tick = ex.drain(ex.ticker(1.0), pause=0.9, called="tick")
    ex.advance(to=4.5)
    while_it_waits.leave()
    at_a_tick.leave()
    ex.advance(to=8)
    expect(while_it_waits).received(item(0, at=2), item(1, at=3), item(2, at=4))
    expect(ex, why=GOES_ON).left_nothing_behind()

    ex.did("read one tick, kept the ticker, and did something else for 3 s")
    said = ex.run(stops_reading(ex.ticker(1.0)))
    expect.that(not said, expected="a reader who is left alone meanwhile", observed=said or "")


@criterion(needs=test_it_stops_when_its_reader_leaves)
def test_who_cancels_it_hears_of_it(ex: Exercise) -> None:
    """A reader who is cancelled while it waits for a tick is cancelled, and not told that there are no more."""
    ex.did("cancelled a reader in the middle of a wait")
    said = ex.run(cancelled(ex.ticker(1.0), after=0.5))
    why = NOT_CANCELLED if said and said.startswith(AS_IF) else None
    expect.that(not said, expected="CancelledError in the reader", observed=said or "", why=why)


@criterion(needs=test_it_stops_when_its_reader_leaves)
def test_any_pace_is_kept(ex: Exercise) -> None:
    """Any pace is kept, also by a reader who takes nearly all of the time; and there is no last tick."""
    # Parts of a second that a float holds exactly: on a real clock nobody wakes up at 0.3 s to the last digit.
    for every, said, pause in ((1 / 8, "1/8", 0.0), (1 / 128, "1/128", 0.0), (1.0, "1.0", 31 / 32)):
        began = ex.now
        did = f"read 100 ticks of ticker({said})" + (", and took 31/32 s over each" if pause else "")
        client = ex.drain(ex.ticker(every), pause=pause, called="tick", did=did)
        ex.advance(every * 99.5)
        expect(client).received(*(item(n, at=began + n * every) for n in range(100)))
        client.leave()
    ex.did("read ticker(1/8) for twenty minutes")
    expect(ex.run(read_until(ex.ticker(1 / 8), 10_050)), "the last tick that was looked at").equals(10_050)


async def blocks(at: float, seconds: float) -> AsyncIterator[None]:
    await asyncio.sleep(at)
    time.sleep(seconds)  # noqa: ASYNC251 - the neighbour is rude, that is the point
    yield


async def stops_reading(ticks: Any) -> str | None:
    """What happens to somebody who stops reading after one tick, and keeps the ticker for 3 s."""
    await anext(aiter(ticks))
    try:
        await asyncio.sleep(3)
    except asyncio.CancelledError:
        return "the reader was cancelled"
    finally:
        if hasattr(ticks, "aclose"):
            await ticks.aclose()
    return None


async def read_until(ticks: Any, last: int) -> int | None:
    """The number of the last tick that came, which should be `last`."""
    number = None
    async for number in ticks:
        if number >= last:
            break
    if hasattr(ticks, "aclose"):
        await ticks.aclose()
    return number
