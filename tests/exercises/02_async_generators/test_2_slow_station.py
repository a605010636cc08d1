"""Grader for 02.2 slow_station: a stand-in tells where the sensor was read, a neighbour's pace who had to wait."""

import itertools
import time
from collections.abc import Callable, Iterator

from waterclock.lab import Reader

from course.grader import AS_IF, Exercise, StandIn, cancelled, criterion, expect, item, matching, naps

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
ONLY_ONCE = "The sensor was read less often than readings left: one of them was sent again."
IN_THE_REST = "It measures during the rest. A measurement begins when the second is over."
NO_REST = "After the last reading, too, comes a second of rest."
NOT_AWAITED = "What leaves is a promise of a reading. Nobody has awaited it."
SWALLOWED = "The error did not come through: to the reader a broken sensor looks like a quiet day."
DIED = "Nobody measures any more, and nobody has told the reader, who still waits."
FOR_NOBODY = "Something goes on measuring after the reader has gone."
NOT_CANCELLED = (
    "Cancelling raises `CancelledError` at an `await`. Something catches it, so whoever cancelled never hears."
)
EMPTY = "An empty reading was dropped. It is false for an `if`, and a reading all the same."

ERRORS = {
    "not callable": TOO_EARLY,
    "object str can't be used": NOTHING_TO_AWAIT,  # `await measure()`, up to Python 3.13
    "'str' object can't be awaited": NOTHING_TO_AWAIT,  # from 3.14 on
    "a coroutine was expected": NOTHING_TO_AWAIT,  # `create_task(measure())`
    "awaitable is required": NOTHING_TO_AWAIT,  # `ensure_future`, `gather`, `shield`
    "asyncio.run() cannot be called": SECOND_LOOP,
}


def numbered(fails: int | None = None) -> Callable[[], str]:
    """Another reading each time, from 10.5 C on; the one with the number `fails` is an error."""
    count = itertools.count(1)

    def answer() -> str:
        number = next(count)
        if number == fails:
            raise OSError("the sensor does not answer")
        return f"{9 + number}.5 C"

    return answer


@criterion
def test_readings_arrive_one_by_one(ex: Exercise) -> None:
    """Readings leave one by one: two seconds of measuring, one of rest."""
    measured: list[float] = []  # When each measurement was over.
    answer = numbered()

    def measure() -> str:
        measured.append(ex.now)
        return answer()

    sensor, slept = ex.stand_in("measure", measure, takes=2), naps(ex.lab)
    readings = ex.slow_station(3)
    expect.that(
        not isinstance(readings, Iterator),
        did="called slow_station(3)",
        expected="something that `async for` can read",
        observed="a plain generator",
        why=PLAIN,
    )
    client = ex.drain(readings, called="reading", did="asked for three readings")
    ex.advance(to=9.5)

    def why() -> str | None:
        polls = len([nap for nap in slept if nap != 1]) > 2 * len(client.items)
        return misconception(sensor, client, measured) or (POLLS if polls else None)

    expect(client, why=why).no_error()
    if sensor.loop_stood_still:  # The two seconds could not pass. The next criterion tells of it.
        expect(client.values, "the readings", why=why).equals(["10.5 C", "11.5 C", "12.5 C"])
        return
    expect(client, why=why).received(item("10.5 C", at=2), item("11.5 C", at=5), item("12.5 C", at=8))
    expect(client, why=NO_REST if client.ended_at == 8 else None).ended(at=9)


def misconception(sensor: StandIn, client: Reader, measured: list[float]) -> str | None:
    """What the sensor has seen, or the error, says about how it was read."""
    if client.error:
        return matching(client.error, ERRORS)
    if any(not isinstance(value, str) for value in client.values):
        for value in client.values:
            if hasattr(value, "close"):
                value.close()  # A coroutine that nobody awaits would complain later, somewhere else.
        return NOT_AWAITED
    times = [at for at, _ in client.items]
    if sensor.calls == 0 and times:
        return NEVER_READ
    if times and len(measured) == 3 and max(measured) <= times[0]:
        return ALL_AT_ONCE if sensor.at_once == 1 or times[0] == times[-1] else SIDE_BY_SIDE
    if sensor.at_once > 1:
        return SIDE_BY_SIDE
    if len(measured) < len(times):
        return ONLY_ONCE
    # A measurement began two seconds before it was over.
    return IN_THE_REST if len(measured) > 1 and times and measured[1] - 2 < times[0] + 0.999 else None


@criterion(needs=test_readings_arrive_one_by_one)
def test_the_neighbours_keep_their_pace(ex: Exercise) -> None:
    """A neighbour that reports every half second keeps its pace while the sensor is read."""
    sensor = ex.stand_in("measure", numbered(), takes=2)
    neighbour = ex.neighbour(every=0.5)
    ex.drain(ex.slow_station(2), did="read a neighbour beside two readings of the sensor")
    ex.advance(to=5.1)
    expect.that(
        not sensor.loop_stood_still,
        expected="the event loop goes on while `measure` runs",
        observed="it stood still until `measure` had returned",
        why=WAITS_FOR_A_THREAD,
    )
    neighbour.kept_its_pace(why=lambda: held_up(ex, sensor))


@criterion(needs=test_the_neighbours_keep_their_pace)
def test_as_many_readings_as_were_asked_for(ex: Exercise) -> None:
    """As many readings leave as were asked for, an empty one too, each with its rest; none when none were."""
    readings = [(2.0, "9.8 C"), (0.5, ""), (4.0, "9.8 C"), (0.5, "9.8 C")]
    answers = itertools.chain(readings, itertools.repeat((0.5, "9.2 C")))

    def measure() -> str:
        takes, reading = next(answers)
        time.sleep(takes)
        return reading

    sensor = ex.stand_in("measure", measure)
    did = "asked for four readings, which took 2 s, 0.5 s, 4 s and 0.5 s; the second was empty, the others the same"
    client = ex.drain(ex.slow_station(4), called="reading", did=did)
    ex.advance(to=12)
    dropped = sensor.calls >= 3 and "" not in client.values
    expect(client, why=EMPTY if dropped else None).received(
        item("9.8 C", at=2), item("", at=3.5), item("9.8 C", at=8.5), item("9.8 C", at=10), end=11
    )
    for count in (0, -1):
        began = ex.now
        client = ex.drain(ex.slow_station(count), called="reading", did=f"asked for {count} readings")
        ex.advance(5)
        expect(client).received(end=began)
        expect(sensor.calls, "the measurements by then").equals(4)


@criterion(needs=test_the_neighbours_keep_their_pace)
def test_an_error_of_the_sensor_reaches_the_reader(ex: Exercise) -> None:
    """When the sensor fails, the readings before have arrived and the reader gets the error."""
    sensor = ex.stand_in("measure", numbered(fails=2))
    client = ex.drain(ex.slow_station(3), called="reading", did="let the second measurement, at 1 s, fail")
    ex.advance(to=10)
    waits = client.state == "open" and sensor.calls == 2
    expect(client, why=DIED if waits else SWALLOWED).truncated()
    expect(client.error, "the error").contains("the sensor does not answer")
    expect(client).received(item("10.5 C", at=0))


@criterion(needs=test_the_neighbours_keep_their_pace)
def test_leaving_in_the_middle_of_a_measurement(ex: Exercise) -> None:
    """When the reader leaves, neighbours keep their pace, and nothing more is measured."""
    sensor = ex.stand_in("measure", numbered(), takes=2)
    neighbour = ex.neighbour(every=0.5)
    for began, stays, measured in ((0, 4, 2), (20, 2.5, 3)):
        where = "one second into a measurement" if stays == 4 else "in the rest after a reading"
        client = ex.drain(ex.slow_station(10), did=f"left after {stays} s, {where}")
        ex.advance(to=began + stays)
        client.leave()
        ex.advance(to=began + 12)
        neighbour.kept_its_pace(why=lambda: held_up(ex, sensor))
        more = sensor.calls > measured
        expect(sensor.calls, "the number of measurements", why=FOR_NOBODY if more else None).equals(measured)
        ex.advance(to=began + 20)
    neighbour.leave()
    expect(ex).left_nothing_behind()


@criterion(needs=test_leaving_in_the_middle_of_a_measurement)
def test_who_cancels_it_hears_of_it(ex: Exercise) -> None:
    """A reader who is cancelled in mid-measurement is cancelled, and gets neither a reading nor an end."""
    ex.stand_in("measure", numbered(), takes=2)
    ex.did("cancelled a reader one second into the second measurement")
    said = ex.run(cancelled(ex.slow_station(3), after=4))
    why = NOT_CANCELLED if said and said.startswith(AS_IF) else None
    expect.that(not said, expected="CancelledError in the reader", observed=said or "", why=why)


@criterion(needs=test_leaving_in_the_middle_of_a_measurement)
def test_each_reader_gets_readings_of_its_own(ex: Exercise) -> None:
    """Readers at once get readings of their own, and none waits until another is through; nor when one has left."""
    sensor = ex.stand_in("measure", numbered(), takes=2)
    ex.did("read the station three times at once, two readings each")
    clients = [ex.drain(ex.slow_station(2), called="reading") for _ in range(3)]
    ex.advance(to=30)
    arrived = sorted((at, number) for number, client in enumerate(clients, start=1) for at, _ in client.items)
    order = [number for _, number in arrived]
    expect.that(
        len(order) == 6 and set(order[:3]) == {1, 2, 3},  # They may take turns at the sensor: there is one.
        expected="a first reading for each of the three before anybody has a second one",
        observed="readings for the readers " + (", ".join(map(str, order)) or "none"),
    )
    values = sorted(value for client in clients for value in client.values)
    expect(values, "the six readings").equals([f"{n}.5 C" for n in range(10, 16)])
    ex.advance(to=40)
    leaver = ex.drain(ex.slow_station(2))
    ex.advance(to=41)
    leaver.leave()
    ex.advance(to=50)
    did = "left in mid-measurement at 41 s; somebody else came at 50 s"
    late_comer = ex.drain(ex.slow_station(1), called="reading", did=did)
    ex.advance(to=55)
    expect(late_comer).received(item("17.5 C", at=52))
    expect(sensor.calls, "the measurements in all").equals(8)


def held_up(ex: Exercise, sensor: StandIn) -> str | None:
    """What was seen to hold up the loop."""
    if sensor.on_the_loop and ex.blocked_by("sleep"):  # A loop of its own, in a thread, is seen by the first alone.
        return ON_THE_LOOP
    if ex.blocked_by("the threads of a pool"):
        return POOL_ENDS
    return TIME_SLEEP if ex.blocked_by("sleep") else None
