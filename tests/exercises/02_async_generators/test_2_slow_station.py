"""Grader for 02.2 slow_station: a neighbour's pace tells whether the sensor was read beside the loop or on it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from course.grader import Exercise, criterion, expect, item

SHIPPED_STUB_FAILS = "test_the_neighbours_keep_their_pace"

ON_THE_LOOP = (
    "`measure` runs on the event loop's own thread. Nothing around it, neither `async def` nor an `await` before it, "
    "makes a plain function give way."
)
TIME_SLEEP = "`time.sleep` keeps the thread that everybody shares. `await asyncio.sleep` lends it out."
WAITS_FOR_A_THREAD = "A thread measures, but the event loop stands still until it is done. Waiting needs an `await`."
POOL_ENDS = (
    "The end of the `with` waits for the thread, and the loop waits with it. `shutdown` does the same. "
    "Make a pool once, for the life of the server."
)
POLLS = "Something looks every so often whether the thread is done. What the thread returns can be awaited."
PLAIN = (
    "`async for` reads it, here and in `both`, and cannot read a plain generator. "
    "Keep the `async def`, and let a thread measure."
)
TOO_EARLY = "With parentheses `measure` runs first, here and now, and what it returns is handed to the thread."
NOTHING_TO_AWAIT = "`measure` returns a string. There is nothing to await."
SECOND_LOOP = "`asyncio.run` starts a loop of its own, and here one runs already. Await instead."
NEVER_READ = "`measure` was never called: these are no readings."
ALL_AT_ONCE = "All readings are taken before the first one leaves."
SIDE_BY_SIDE = "The sensor is asked several times at once. Ask it again when its last answer has left."
ONLY_ONCE = "The sensor was read once, and the same reading sent again and again."
IN_THE_REST = "It measures during the rest. A measurement begins when the second is over."
NO_REST = "After the last reading, too, comes a second of rest."
NOT_AWAITED = "What leaves is a promise of a reading. Nobody has awaited it."
SWALLOWED = "The error was caught on the way: to the reader a broken sensor looks like a quiet day."
DIED = "The task that measures has died, and the reader still waits for it."
FOR_NOBODY = "Something goes on measuring after the reader has gone."

ERRORS = {
    "not callable": TOO_EARLY,
    "object str can't be used": NOTHING_TO_AWAIT,  # `await measure()`, up to Python 3.13
    "'str' object can't be awaited": NOTHING_TO_AWAIT,  # from 3.14 on
    "a coroutine was expected": NOTHING_TO_AWAIT,  # `create_task(measure())`
    "awaitable is required": NOTHING_TO_AWAIT,  # `ensure_future`, `gather`, `shield`
    "asyncio.run() cannot be called": SECOND_LOOP,
}


class Sensor:
    """Stands in for `measure`: the same two seconds, another reading each time, and a look at who waits."""

    def __init__(self, breaks_at: int | None = None) -> None:
        self.calls = 0
        self.at_once = 0
        self.on_the_loop = False
        self.loop_stood_still = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self._breaks_at = breaks_at
        self._busy = 0

    def measure(self) -> str:
        self.calls += 1
        reading = f"{9 + self.calls}.5 C"
        if self._breaks_at == self.calls:
            raise OSError("the sensor does not answer")
        if asyncio._get_running_loop() is not None:
            self.on_the_loop = True
        elif self.loop is not None and not self._loop_turns():
            self.loop_stood_still = True
            return reading  # Its two seconds would never pass.
        self._busy += 1
        self.at_once = max(self.at_once, self._busy)
        time.sleep(2)
        self._busy -= 1
        return reading

    def _loop_turns(self) -> bool:
        turned = threading.Event()
        assert self.loop is not None
        self.loop.call_soon_threadsafe(turned.set)
        return turned.wait(0.3)

    async def neighbour(self) -> AsyncIterator[int]:
        """Every half second, on time."""
        self.loop = asyncio.get_running_loop()
        began = self.loop.time()
        for number in range(100):
            yield number
            await asyncio.sleep(began + (number + 1) / 2 - self.loop.time())

    def why(self, ex: Exercise) -> str | None:
        if self.on_the_loop:
            return ON_THE_LOOP
        if any("the threads of a pool" in call.what for call in ex.lab.blocked):
            return POOL_ENDS
        return TIME_SLEEP if any(call.kind == "sleep" for call in ex.lab.blocked) else None


@criterion
def test_readings_arrive_one_by_one(ex: Exercise) -> None:
    """Readings leave one by one: two seconds of measuring, one of rest."""
    sensor = Sensor()
    ex.replace(measure=sensor.measure)
    ex.drain(sensor.neighbour())
    readings = ex.slow_station(3)
    expect.that(
        not isinstance(readings, Iterator),
        did="called slow_station(3)",
        expected="something that `async for` can read",
        observed="a plain generator",
        why=PLAIN,
    )
    client = ex.drain(readings, called="reading")
    ex.advance(to=9.5)
    why = misconception(sensor, client.items, client.error or "")
    expect(client, why=why, did="asked for three readings").no_error()
    values = [value for _, value in client.items]
    if sensor.loop_stood_still:
        expect.that(values == ["10.5 C", "11.5 C", "12.5 C"], expected="three readings", observed=str(values), why=why)
        return
    expect(client, why=why, did="asked for three readings").received(
        item("10.5 C", at=2), item("11.5 C", at=5), item("12.5 C", at=8)
    )
    expect(client, why=NO_REST if client.ended_at == 8 else None, did="asked for three readings").ended(at=9)


@criterion(needs=test_readings_arrive_one_by_one)
def test_the_neighbours_keep_their_pace(ex: Exercise) -> None:
    """A neighbour that reports every half second keeps its pace while the sensor is read."""
    sensor = Sensor()
    ex.replace(measure=sensor.measure)
    neighbour = ex.drain(sensor.neighbour())
    ex.drain(ex.slow_station(2))
    ex.advance(to=5.1)
    expect.that(
        not sensor.loop_stood_still,
        did="read a neighbour beside two readings of the sensor",
        expected="the event loop goes on while `measure` runs",
        observed="it stood still until `measure` had returned",
        why=WAITS_FOR_A_THREAD,
    )
    expect(neighbour, why=sensor.why(ex), did="read a neighbour beside two readings of the sensor").received(
        *(item(n, at=n / 2) for n in range(11))
    )
    expect(ex, why=sensor.why(ex)).did_not_block()


@criterion(needs=test_the_neighbours_keep_their_pace)
def test_an_error_of_the_sensor_reaches_the_reader(ex: Exercise) -> None:
    """When the sensor fails, the readings before have arrived and the reader gets the error."""
    ex.replace(measure=Sensor(breaks_at=2).measure)
    client = ex.drain(ex.slow_station(3), called="reading")
    ex.advance(to=10)
    did = "let the second measurement, at 3 s, fail"
    waits = client.state == "open" and len(client.items) == 1
    expect(client, why=DIED if waits else SWALLOWED, did=did).truncated()
    expect(client.error, "the error", did=did).contains("the sensor does not answer")
    expect(client, did=did).received(item("10.5 C", at=2))


@criterion(needs=test_the_neighbours_keep_their_pace)
def test_leaving_in_the_middle_of_a_measurement(ex: Exercise) -> None:
    """When the reader leaves in mid-measurement, neighbours keep their pace, and nothing more is measured."""
    sensor = Sensor()
    ex.replace(measure=sensor.measure)
    neighbour = ex.drain(sensor.neighbour())
    client = ex.drain(ex.slow_station(10))
    ex.advance(to=4)
    client.leave()
    ex.advance(to=12.1)
    did = "left at 4 s, one second into a measurement"
    expect(neighbour, why=sensor.why(ex), did=did).received(*(item(n, at=n / 2) for n in range(25)))
    expect(sensor.calls, "the number of measurements", why=FOR_NOBODY, did=did).equals(2)
    neighbour.leave()
    expect(ex, why=FOR_NOBODY, did=did).left_nothing_behind()


@criterion(needs=test_leaving_in_the_middle_of_a_measurement)
def test_each_reader_gets_readings_of_its_own(ex: Exercise) -> None:
    """Two readers at once get readings of their own, and so does one who comes when another has left."""
    sensor = Sensor()
    ex.replace(measure=sensor.measure)
    clients = [ex.drain(ex.slow_station(1), called="reading") for _ in range(2)]
    ex.advance(to=9)
    values = sorted(value for client in clients for _, value in client.items)
    did = "read the station twice at once"
    expect(values, "the two readings", did=did).equals(
        ["10.5 C", "11.5 C"]
    )
    leaver = ex.drain(ex.slow_station(2))
    ex.advance(to=10)
    leaver.leave()
    ex.advance(to=20)
    late = ex.drain(ex.slow_station(1), called="reading")
    ex.advance(to=24)
    did = "left in mid-measurement at 10 s; somebody else came at 20 s"
    expect(late, did=did).received(item("13.5 C", at=22))


def misconception(sensor: Sensor, items: list[tuple[float, Any]], error: str) -> str | None:
    """What the readings that came, or the error, say about how the sensor was read."""
    for said, why in ERRORS.items():
        if said in error:
            return why
    times, values = [at for at, _ in items], [value for _, value in items]
    if any(not isinstance(value, str) for value in values):
        for value in values:
            if hasattr(value, "close"):
                value.close()  # A coroutine that nobody awaits would complain later, somewhere else.
        return NOT_AWAITED
    if sensor.calls == 0 and items:
        return NEVER_READ
    if sensor.at_once > 1:
        return ALL_AT_ONCE if times and times[0] == times[-1] else SIDE_BY_SIDE
    if len(set(values)) < len(values):
        return ONLY_ONCE
    if times and times[0] >= 6:
        return ALL_AT_ONCE
    if len(times) > 1 and times[0] == 2 and times[1] < 5:
        return IN_THE_REST
    return POLLS if times and 2 < times[0] < 3 else None
