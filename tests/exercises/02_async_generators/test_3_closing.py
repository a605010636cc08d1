"""Grader for 02.3 closing: a source that counts how often it is closed, and whether closing was allowed to finish."""

from typing import Any

from course.grader import Exercise, criterion, expect, item

SHIPPED_STUB_FAILS = "test_it_hangs_up_when_the_station_has_no_more"

NOT_BY_ITSELF = "`async for` does not close what it reads. It stops asking."
NOT_AWAITED = "`aclose()` was called and not awaited: a coroutine that nobody awaits does nothing."
NO_ASYNC_WITH = "anyio's `CancelScope` is entered by a plain `with`, also in async code."
SHIELDED_TOO_LATE = (
    "The `await` inside the parentheses waits first, and nothing shields it. `shield` takes the call itself."
)
TIME_LIMIT = "Your time limit is shorter than hanging up takes, and cancels it half-way."
INSIDE_THE_LOOP = "The clean-up stands inside the loop, so it hangs up after each reading."
BEHIND_ITS_BACK = "Hanging up was started, and the stream did not wait for it."
COLLECTED = "All readings are collected before the first one leaves."
ONLY_AFTER_THE_LOOP = "What stands behind the loop is not reached by an error in the loop."
TWICE = "Two places hang up, and this way out passes through both."
SWALLOWED = "The error was caught and not raised again: to the reader a broken line looks like a quiet day."
NOT_AN_EXCEPTION = (
    "A reader that leaves raises `GeneratorExit` at the `yield`. "
    "It is no `Exception`: `except Exception` does not see it."
)
CANCELLED_IS_NOT_LEFT = (
    "Cancelling raises `CancelledError` at an `await`. It is neither `GeneratorExit` nor an `Exception`."
)
READS_ON = "The stream is over, and something still reads the line. A task has to be cancelled, too."
NOT_YET_INSIDE = "What hangs up is reached only after a first reading. A stream may be over before it."
SHARED = "The two streams share something that names the line. Each call has a line of its own, in `source`."
NOT_SHIELDED = "The stream is cancelled, so the `await` that hangs up was cancelled too, before it was done."
SHIELDED_READER = "A `yield` stands inside the shield, so the reader is shielded too and cannot leave."
DEAF = "The shield covers the wait for the next reading as well, so the stream cannot be stopped at all."

ERRORS = {
    "asynchronous context manager": NO_ASYNC_WITH,
    "awaitable is required": SHIELDED_TOO_LATE,  # `shield(await …)`
}


def ring(ex: Exercise, **options: Any) -> tuple[Any, Any]:
    """A line on which nothing has been said yet."""
    line = ex.connection(close_takes=1.0, called="reading")
    return line, ex.drain(ex.closing(line), called="reading", **options)


def listen(ex: Exercise, **options: Any) -> tuple[Any, Any]:
    line, client = ring(ex, **options)
    line.release("9.8 C", at=1)
    line.release("9.2 C", at=3)
    return line, client


def no_other_error(client: Any, did: str, expected: str = "") -> None:
    """An error on the way out says more than the line that stays busy because of it."""
    if expected and expected in (client.error or ""):
        return
    why = next((why for said, why in ERRORS.items() if said in (client.error or "")), None)
    expect(client, why=why, did=did).no_error()


def unfinished(ex: Exercise, line: Any, otherwise: str | None) -> str | None:
    """Why the line was not hung up, where that can be seen; `otherwise` when nobody tried."""
    if line.closes > 1:
        return TWICE
    if line.closes == 1:
        return None if line.closed else TIME_LIMIT
    forgotten = any(each.kind == "coroutine" and "aclose" in each.what for each in ex.leftovers())
    return NOT_AWAITED if forgotten else otherwise


@criterion
def test_every_reading_passes_through(ex: Exercise) -> None:
    """Every reading passes through while the line is open."""
    line, client = listen(ex)
    line.release("", at=3.5)
    ex.advance(to=4)
    did = "sent a reading at 1 s, one at 3 s, and an empty one at 3.5 s"
    why = COLLECTED if not client.items else INSIDE_THE_LOOP if line.closes else None
    expect(client, why=why, did=did).received(item("9.8 C", at=1), item("9.2 C", at=3), item("", at=3.5))
    expect(line, why=why, did=did).not_closed()


@criterion(needs=test_every_reading_passes_through)
def test_it_hangs_up_when_the_station_has_no_more(ex: Exercise) -> None:
    """When the station has no more, the line is hung up once, and then the stream is over."""
    source = ex.connection()
    expect.that(
        ex.closing(source) is not source,
        did="called closing(source)",
        expected="a stream of your own, which hangs up when it is over",
        observed="the source itself, as it was given",
    )
    line, client = listen(ex)
    line.end(at=5)
    ex.advance(to=10)
    did = "let the station end at 5 s; hanging up takes 1 s"
    no_other_error(client, did)
    expect(line, why=unfinished(ex, line, NOT_BY_ITSELF), did=did).closed(at=6, times=1)
    expect(client, did=did).received(item("9.8 C", at=1), item("9.2 C", at=3))
    expect(client, why=BEHIND_ITS_BACK if client.ended_at == 5 else None, did=did).ended(at=6)


@criterion(needs=test_it_hangs_up_when_the_station_has_no_more)
def test_it_hangs_up_when_the_line_fails(ex: Exercise) -> None:
    """When the line fails, it is hung up once, and the reader gets the error."""
    line, client = listen(ex)
    line.fail(OSError("crackling"), at=5)
    ex.advance(to=10)
    did = "let the line fail at 5 s; hanging up takes 1 s"
    no_other_error(client, did, "crackling")
    expect(line, why=unfinished(ex, line, ONLY_AFTER_THE_LOOP), did=did).closed(at=6, times=1)
    expect(client, why=SWALLOWED, did=did).truncated()
    expect(client.error, "the error", did=did).contains("crackling")
    line, client = ring(ex)
    line.fail(ConnectionResetError("the other side hung up"), at=12)
    ex.advance(to=20)
    did = "let another line fail before its first reading"
    expect(line, why=unfinished(ex, line, NOT_YET_INSIDE), did=did).closed(at=13, times=1)
    expect(client.error, "the error", why=None if client.error else SWALLOWED, did=did).contains("the other side")


@criterion(needs=test_it_hangs_up_when_the_line_fails)
def test_it_hangs_up_when_the_reader_leaves(ex: Exercise) -> None:
    """When the reader has a reading in hand and leaves, the line is hung up once."""
    line, client = listen(ex, window=1)
    ex.advance(to=2)
    client.leave()
    ex.advance(to=10)
    did = "left at 2 s, after the first reading"
    no_other_error(client, did)
    otherwise = NOT_AN_EXCEPTION if client.task.done() else SHIELDED_READER
    expect(line, why=unfinished(ex, line, otherwise), did=did).closed(at=3, times=1)
    expect(line, why=READS_ON, did=did).pulled(1)


@criterion(needs=test_it_hangs_up_when_the_reader_leaves)
def test_it_hangs_up_when_the_stream_is_cancelled(ex: Exercise) -> None:
    """When the stream is cancelled while it waits for the next reading, hanging up begins at once, and happens once."""
    line, client = listen(ex)
    ex.advance(to=2)
    client.cancel()
    ex.advance(to=2.5)
    begun = line.closes > 0
    ex.advance(to=10)
    expect.that(
        begun,
        did="cancelled the stream at 2 s",
        expected="hanging up begins at 2 s",
        observed="the stream went on to the next reading, at 3 s" if line.pulled > 1 else "nobody hangs up",
        why=DEAF if line.pulled > 1 else CANCELLED_IS_NOT_LEFT,
    )
    did = "cancelled the stream at 2 s"
    expect(line.closes, "the number of times the line was hung up", why=TWICE, did=did).equals(1)
    expect(ex, did=did).left_nothing_behind()


@criterion(needs=test_it_hangs_up_when_the_stream_is_cancelled)
def test_hanging_up_is_finished(ex: Exercise) -> None:
    """Hanging up, which takes a second, is finished although the stream was cancelled."""
    line, client = listen(ex)
    ex.advance(to=2)
    client.cancel()
    ex.advance(to=10)
    expect(line, why=NOT_SHIELDED, did="cancelled the stream at 2 s; hanging up takes 1 s").closed(at=3, times=1)
    line, client = ring(ex)
    ex.advance(to=12)
    client.cancel()
    ex.advance(to=20)
    did = "cancelled another stream at 12 s, before its first reading"
    expect(line, why=unfinished(ex, line, NOT_YET_INSIDE), did=did).closed(at=13, times=1)


@criterion(needs=test_hanging_up_is_finished)
def test_each_stream_hangs_up_its_own_line(ex: Exercise) -> None:
    """Of two streams at once, each hangs up its own line, and leaves the other one's alone."""
    line, client = listen(ex)
    other, reader = listen(ex)
    ex.advance(to=2)
    client.cancel()
    ex.advance(to=5)
    did = "opened two streams, and cancelled the first at 2 s"
    expect(other, why=SHARED, did=did).not_closed()
    expect(line, why=SHARED, did=did).closed(at=3, times=1)
    reader.cancel()
    ex.advance(to=10)
    expect(other, why=SHARED, did="cancelled the second at 5 s as well").closed(at=6, times=1)
