"""01.1: each reading leaves as soon as it is measured."""

import contextlib
import threading

from course.grader import Exercise, chunk, criterion, expect, item
from waterclock.lab import Exchange, Reader
from waterclock.live import NotSeen

SHIPPED_STUB_FAILS = "test_each_reading_leaves_before_the_next"

READINGS = ["00:00 10.8 C\n", "01:00 9.8 C\n", "02:00 9.2 C\n", "03:00 9.0 C\n", "04:00 9.2 C\n"]
ALL = "".join(READINGS)

FORGOTTEN = (
    "`yield` handed over None: write the reading after it. `yield readings.append(…)` does not help: append gives None."
)
WHOLE = "A whole list was handed over, as one thing: `yield` each reading by itself."
COLLECTED = "All five were collected before the first one left: a list is handed over when it is complete, not before."
GLUED = "All five were glued into one text: it is handed over when it is complete, not before."
TIMELESS = "Nothing took any time: `measure`, with its second of waiting, belongs to the station and stays as it is."
RETURNED = "`return` ends the function: what comes after the first one is never reached."
LETTERS = "A string is a row of letters, and each of them became a chunk."
ROW = f"{RETURNED} And a string is a row of {len(READINGS[0])} letters, so each letter became a chunk."
AFTER = "Only the last reading left: the `yield` stands after the loop, not in it."
STRIPPED = "The readings have lost their line ends: hand them over as `measure` gives them."
AHEAD = "Each reading takes a second, but yours leaves only when the next one is measured too."
SIXTH = "All five readings left, and then your code asked for one more: it needs a way to end."
JOINED = "The readings were glued together before the response began: `StreamingResponse` takes the generator itself."
LISTED = (
    "Your function gives them one by one, and the endpoint collects them again: `list(…)`, `sorted(…)` and a loop that "
    "appends all wait for the last one. Hand the generator itself to `StreamingResponse`."
)
LENGTH = "With a Content-Length the body goes out as one piece, without the borders of chunks: leave that header away."


@criterion
def test_each_reading_leaves_before_the_next(ex: Exercise) -> None:
    """Each reading leaves before the next is measured."""
    client = ex.drain(ex.first_readings())
    ex.advance(to=10)
    kind = chunk if all(isinstance(value, str | bytes) for value in client.values) else item
    expect(client, why=reason(client), did="asked for the five readings; each takes 1 s to measure").received(
        *(kind(reading, at=second) for second, reading in enumerate(READINGS, start=1)), end=5
    )


def reason(client: Reader) -> str | None:
    values, times = client.values, [at for at, _ in client.items]
    if client.error:
        return SIXTH if client.text == ALL else None
    if None in values:
        return FORGOTTEN
    if any(isinstance(value, list) for value in values):
        return WHOLE
    if client.text == READINGS[0]:
        return ROW if len(values) > 1 else RETURNED
    if values == READINGS[-1:]:
        return AFTER
    if values == [reading.strip() for reading in READINGS]:
        return STRIPPED
    return how_all_came(times) if client.text == ALL else None


def how_all_came(times: list[float]) -> str | None:
    if times[-1] == 0:
        return TIMELESS
    if times[0] != times[-1]:
        return AHEAD if times[0] == 2 else None
    return {1: GLUED, len(READINGS): COLLECTED, len(ALL): LETTERS}.get(len(times))


@criterion(needs=test_each_reading_leaves_before_the_next)
def test_nothing_is_measured_before_someone_asks(ex: Exercise) -> None:
    """Nothing is measured before someone asks."""
    measured: list[int] = []

    def measure(hour: int) -> str:
        measured.append(hour)
        return READINGS[hour]

    ex.replace(measure=measure)
    readings = ex.first_readings()
    expect(
        measured,
        "the hours measured",
        why="Something in `first_readings` runs as soon as it is called, before the first reading is wanted.",
        did="called `first_readings()` and asked for nothing",
    ).equals([])
    client = ex.drain(readings, window=0)  # A reader that takes nothing until it is told to.
    client.read(2)
    ex.advance(1)
    expect(client, did="asked for two readings").no_error()
    expect(measured, "the hours measured", did="asked for two readings").equals([0, 1])


@criterion(needs=test_each_reading_leaves_before_the_next)
def test_the_app_sends_each_reading_at_once(ex: Exercise) -> None:
    """The app sends each reading as soon as it is measured."""
    client = ex.get("/readings")
    ex.advance(to=10)
    did = "GET /readings; each of the five takes 1 s to measure"
    expect(client, did=did).status(200)
    expect(client, why=reason_of_the_app(client), did=did).received(
        *(chunk(reading, at=second) for second, reading in enumerate(READINGS, start=1)), end=5
    )


def reason_of_the_app(client: Exchange) -> str | None:
    times = [at for at, _ in client.chunks]
    if client.text != ALL or times[0] != times[-1]:
        return None
    return {1: JOINED, len(READINGS): LISTED, len(ALL): f"{LETTERS} {JOINED}"}.get(len(times))


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

    ex.replace(measure=measure)
    client = ex.live.get("/readings")
    with contextlib.suppress(NotSeen):
        for number, reading in enumerate(arrived, start=1):
            client.wait(chunks=number)
            reading.set()
        client.wait(end=True)
    why = LENGTH if "content-length" in client.headers else None
    did = "GET /readings, from a station that measures on when the reading before has arrived"
    expect(client, did=did).status(200)
    expect([data.decode() for data in client.http_chunks], "the HTTP chunks", why=why, did=did).equals(READINGS)
    expect(client, did=did).ended()
