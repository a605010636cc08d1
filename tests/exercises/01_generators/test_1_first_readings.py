"""01.1: each reading leaves as soon as it is measured, whoever else is reading."""

import contextlib
import string
import threading
from typing import Any

from waterclock.lab import Exchange, Reader
from waterclock.live import NotSeen

from course.grader import Exercise, chunk, criterion, expect, item

SHIPPED_STUB_FAILS = "test_each_reading_leaves_before_the_next"

READINGS = ["00:00 10.8 C\n", "01:00 9.8 C\n", "02:00 9.2 C\n", "03:00 9.0 C\n", "04:00 9.2 C\n"]
ALL = "".join(READINGS)

FORGOTTEN = (
    "None was handed over in place of a reading. A bare `yield` gives None; so does `append`, even after a `yield`."
)
WHOLE = "A whole list was handed over, as one thing: `yield` each reading by itself."
COLLECTED = (
    "All five were measured before the first one left: whatever collects them, such as a list, is complete only then."
)
GLUED = "All five were glued into one text: it is handed over when it is complete, not before."
LETTERS = "A string is a row of letters, and each of them became a chunk."
RETURNED = "`return` hands over one thing and ends the function: what comes after it is never reached."
FIRST_ONLY = (
    "Only the first reading came. `return` ends a function, and `break` a loop: what comes after is never reached."
)
LAST_ONLY = "Only the last reading left. A `yield` that stands after the loop runs once, when the loop is over."
STRIPPED = "The readings have lost their line ends: hand them over as `measure` gives them."
AHEAD = "The first reading left only when the second one was measured, too."
SIXTH = "All five readings left, and then your code asked for one more: it needs a way to end."
EAGER = "Something in `first_readings` runs as soon as it is called, before the first reading is wanted."
TIMELESS = "`measure` took no time: the station needs its second, and `measure` stays as it is."
JOINED = (
    "Your function gives them one by one, and on the way to the client they are glued together: `StreamingResponse` "
    "takes the generator itself."
)
LISTED = (
    "Your function gives them one by one, and the app collects them again: `list(…)`, `sorted(…)` and a loop that "
    "appends all wait for the last one. Hand the generator itself to `StreamingResponse`."
)
SAME = "`first_readings` gave the same iterator to everyone, and an iterator can be gone through once: make a new one."
SHARED = "When nobody else reads, before or meanwhile, all five come: something of yours is there once for all of them."
REMEMBERED = "A reading was given to more than one of them: each asks the station anew."
BLOCKED = (
    "`measure` was called on the event loop, so for its second nobody else was served. "
    "Lesson 02 shows what to do about it; a plain `def` has no such trouble."
)
LENGTH = "With a Content-Length the body goes out as one piece, without the borders of chunks: leave that header away."


def station(ex: Exercise, takes: float = 0.0) -> list[int]:
    """Takes the place of `measure`. The list grows: the hours that were measured."""
    measured: list[int] = []

    def measure(hour: int) -> str:
        measured.append(hour)
        return READINGS[hour]

    ex.stand_in("measure", measure, takes=takes)
    return measured


@criterion
def test_each_reading_leaves_before_the_next(ex: Exercise) -> None:
    """Each reading leaves before the next is measured."""
    measured = station(ex, takes=1)
    source = ex.first_readings()
    client = ex.drain(source, did="asked for the five readings; each takes 1 s to measure")
    ex.advance(to=10)
    kind = chunk if all(isinstance(value, str | bytes) for value in client.values) else item
    expect(client, why=lambda: reason(source, client, measured)).received(
        *(kind(reading, at=second) for second, reading in enumerate(READINGS, start=1)), end=5
    )


def reason(source: Any, client: Reader, measured: list[int]) -> str | None:
    if isinstance(source, str):
        return f"{LETTERS} {RETURNED}" if source == READINGS[0] else LETTERS
    if len(READINGS) in measured:
        return SIXTH
    if any(isinstance(value, list) for value in client.values):
        return WHOLE
    if None in client.values:
        return FORGOTTEN
    seen = {
        (READINGS[0],): FIRST_ONLY,
        (READINGS[-1],): LAST_ONLY,
        (ALL,): GLUED,
        tuple(ALL): LETTERS,
        tuple(map(str.strip, READINGS)): STRIPPED,
    }
    return seen.get(tuple(client.values)) or how_all_came(client, measured)


def how_all_came(client: Reader, measured: list[int]) -> str | None:
    times = [at for at, _ in client.items]
    if client.values == READINGS and set(times) == {5}:
        return COLLECTED
    return AHEAD if client.text == ALL and times[0] == 2 and measured[:2] == [0, 1] else None


@criterion(needs=test_each_reading_leaves_before_the_next)
def test_nothing_is_measured_before_someone_asks(ex: Exercise) -> None:
    """Nothing is measured before someone asks."""
    measured = station(ex)
    readings = ex.first_readings()
    ex.advance(1)
    ex.did("called `first_readings()` and asked for nothing")
    expect(measured, "the hours measured", why=EAGER).equals([])
    client = ex.drain(readings, window=0, did="asked for two readings")  # It takes nothing until it is told to.
    client.read(2)
    ex.advance(1)
    expect(client).no_error()
    expect(measured, "the hours measured").equals([0, 1])
    client.leave()
    ex.advance(1)
    ex.did("asked for two readings, and left")
    expect(measured, "the hours measured").equals([0, 1])


@criterion(needs=test_each_reading_leaves_before_the_next)
def test_the_app_sends_each_reading_at_once(ex: Exercise) -> None:
    """The app sends each reading as soon as it is measured."""
    client = ex.get("/readings", did="GET /readings; each of the five takes 1 s to measure")
    ex.advance(to=10)
    expect(client).status(200).header("content-type", "text/plain; charset=utf-8")
    expect(client, why=lambda: reason_of_the_app(ex, client)).received(
        *(chunk(reading, at=second) for second, reading in enumerate(READINGS, start=1)), end=5
    )


def reason_of_the_app(ex: Exercise, client: Exchange) -> str | None:
    times = {at for at, _ in client.chunks}
    if client.text != ALL:
        return None
    if times == {5}:
        return {1: JOINED, len(READINGS): LISTED, len(ALL): f"{LETTERS} {JOINED}"}.get(len(client.chunks))
    before = ex.now
    ex.measure(0)
    return TIMELESS if ex.now == before else None


@criterion(needs=(test_nothing_is_measured_before_someone_asks, test_the_app_sends_each_reading_at_once))
def test_everyone_gets_readings_of_their_own(ex: Exercise) -> None:
    """Two readers at once, and one who comes later, each get five readings that were measured for them."""
    letters = iter(string.ascii_letters)  # In place of the C, so that no two readings are alike.
    measure = ex.stand_in("measure", lambda hour: READINGS[hour].replace("C", next(letters)), takes=1)
    two = [ex.get("/readings", did=f"two asked at once; this is the {which} of them") for which in ("first", "second")]
    for client in two:
        ex.finish(client, within=30)
    late = ex.finish(ex.get("/readings", did="asked when two others had been there"), within=30)

    def why() -> str:
        one, other = ex.first_readings(), ex.first_readings()
        return SAME if one is other and iter(one) is one else SHARED

    for client in (*two, late):
        expect(client, why=why).status(200).no_error().ended()
        hours = [line[:5] for line in client.text.splitlines()]
        expect(hours, "the hours that came", why=why, did=client.did).equals([reading[:5] for reading in READINGS])
    different = {line for client in (*two, late) for line in client.text.splitlines()}
    ex.did("let two readers in at once, and a third one afterwards")
    expect(len(different), "measurements that all three got together", why=REMEMBERED).equals(15)
    if measure.on_the_loop:
        ex.remark(BLOCKED)
    else:
        expect.that(
            max(client.chunks[0][0] for client in two) < min(client.chunks[-1][0] for client in two),
            expected="each of the two has a reading before the other has all five",
            observed="one had all five before the other had any",
        )

    did = "two read in turn, one reading at a time; this is the"
    turns = [ex.drain(ex.first_readings(), window=0, did=f"{did} {which}") for which in ("first", "second")]
    for client in turns * 6:
        client.read()
        ex.advance(1)
    for client in turns:
        expect(client).no_error().ended()
        hours = [str(value)[:5] for value in client.values]
        expect(hours, "the hours that came", did=client.did).equals([reading[:5] for reading in READINGS])


@criterion(needs=test_everyone_gets_readings_of_their_own)
def test_the_station_may_fail(ex: Exercise) -> None:
    """When the station fails, nobody takes that for the end."""

    def measure(hour: int) -> str:
        if hour == 2:
            raise ConnectionError("no answer from High Tarn")
        return READINGS[hour]

    ex.stand_in("measure", measure)
    did = "from a station that fails at the third"
    reader = ex.finish(ex.drain(ex.first_readings(), did=f"asked for the five readings, {did}"))
    client = ex.finish(ex.get("/readings", did=f"GET /readings, {did}"))
    expect(reader).received_first(*map(item, READINGS[:2])).truncated()
    expect(client).received_first(*map(chunk, READINGS[:2])).truncated()


@criterion(live=True, needs=test_the_app_sends_each_reading_at_once)
def test_each_reading_is_its_own_chunk(ex: Exercise) -> None:
    """On a real server, each reading is an HTTP chunk of its own."""
    arrived = [threading.Event() for _ in READINGS]

    def measure(hour: int) -> str:
        # The station answers when the reader has got the reading before: by cause, not by the clock.
        if hour and not arrived[hour - 1].wait(2):
            for reading in arrived:
                reading.set()  # It never will; the rest need not wait.
        return READINGS[hour]

    ex.stand_in("measure", measure)
    ex.did("GET /readings, from a station that measures on when the reading before has arrived")
    client = ex.live.get("/readings")
    with contextlib.suppress(NotSeen):
        for number, reading in enumerate(arrived, start=1):
            client.wait(chunks=number)
            reading.set()
        client.wait(end=True)
    expect(client).status(200)
    why = LENGTH if "content-length" in client.headers else None
    expect([data.decode() for data in client.http_chunks], "the HTTP chunks", why=why).equals(READINGS)
    expect(client).ended()
