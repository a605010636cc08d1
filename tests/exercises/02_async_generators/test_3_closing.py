"""Grader for 02.3 closing: a source that counts how often it is closed, and whether closing was allowed to finish."""

import asyncio
import inspect
from typing import Any

from course.grader import Exercise, criterion, expect, item, matching

SHIPPED_STUB_FAILS = "test_it_hangs_up_when_the_station_has_no_more"

NOT_BY_ITSELF = "`async for` does not close what it reads. It stops asking."
NOT_AWAITED = "`aclose()` was called and not awaited: a coroutine that nobody awaits does nothing."
NO_ASYNC_WITH = "anyio's `CancelScope` is entered by a plain `with`, also in async code."
SHIELDED_TOO_LATE = (
    "The `await` inside the parentheses waits first, and nothing shields it. `shield` takes the call itself."
)
STILL_READ = "Something still read the source when it was closed. A task is over when it was cancelled and awaited."
CUT_SHORT = "Something of your own, such as a time limit, stops hanging up half-way."
TWICE = "This way out passes `aclose()` more than once."
BEHIND_ITS_BACK = "Hanging up was started, and the stream did not wait for it."
COLLECTED = "All readings are collected before the first one leaves."
SHARED = "The streams share something. What a stream has to know belongs in its own call."
NOT_REACHED = "What hangs up at the end is not reached by this error."
SWALLOWED = "The error did not get through: to the reader a broken line looks like a quiet day."
NO_ACLOSE = "The reader cannot close your stream: it has no `aclose()`."
NOT_AN_EXCEPTION = (
    "A reader that leaves raises `GeneratorExit` at the `yield`. "
    "It is no `Exception`: `except Exception` does not see it."
)
SHIELDED_READER = "A `yield` stands inside the shield, so the reader is shielded too and cannot leave."
CANCELLED_IS_NOT_LEFT = (
    "Cancelling raises `CancelledError` at an `await`. It is neither `GeneratorExit` nor an `Exception`."
)
NOT_TOLD = "`CancelledError` did not get through: whoever cancelled the stream takes it for complete."
NOT_SHIELDED = "The stream is cancelled, so the `await` that hangs up was cancelled too, before it was done."
DEAF = "The shield covers the wait for the next reading as well, so the stream cannot be stopped at all."
TOO_LATE = "What hangs up is reached after a first reading only. A stream may be over by then."

ERRORS = {
    "asynchronous context manager": NO_ASYNC_WITH,
    "awaitable is required": SHIELDED_TOO_LATE,  # `shield(await …)`
    "asynchronous generator is already running": STILL_READ,
}


def ring(ex: Exercise, did: str, **options: Any) -> tuple[Any, Any]:
    """A line on which nothing has been said yet; hanging up takes a second."""
    line = ex.connection(close_takes=1.0, called="reading")
    return line, ex.drain(ex.closing(line), did=did, called="reading", **options)


def listen(ex: Exercise, did: str, **options: Any) -> tuple[Any, Any]:
    """A line with a reading in a second, and one two seconds later."""
    began = ex.now
    line, client = ring(ex, did, **options)
    line.release("9.8 C", at=began + 1)
    line.release("9.2 C", at=began + 3)
    return line, client


def no_error(client: Any) -> None:
    """An error on the way out says more than the line that stays busy because of it."""
    expect(client, why=lambda: matching(client.error, ERRORS)).no_error()


def got(client: Any, error: Exception) -> None:
    """The reader got the line's own error."""
    expect.that(
        client.raised is type(error) and (client.error or "").endswith(str(error)),
        expected=f"a reader who gets the line's own error, {error!r}",
        observed=client.error or ("the stream ended" if client.state == "ended" else "no error, and no end"),
        why=SWALLOWED if client.state == "ended" else None,
    )


def busy(ex: Exercise, line: Any, otherwise: str | None = None) -> str | None:
    """Why the line was not hung up, where that was seen; `otherwise` when nobody tried."""
    if line.closes > 1:
        return TWICE
    if line.closes == 1:
        return None if line.closed else CUT_SHORT
    forgotten = any(each.kind == "coroutine" and "aclose" in each.what for each in ex.leftovers())
    return NOT_AWAITED if forgotten else otherwise


def next_one_is_whole(ex: Exercise, after: str) -> None:
    """Nothing of a stream is left for the next one."""
    began = ex.now
    line, client = listen(ex, f"read another line to its end, after {after}")
    line.end(at=began + 5)
    ex.advance(10)
    expect(client, why=SHARED).no_error().ended(at=began + 6)
    expect(line, why=SHARED).closed(at=began + 6, times=1)


def cancel_once(client: Any) -> None:
    """What `task.cancel()` does: one `CancelledError`, at the `await` where the stream stands. A scope goes on."""
    client.lab.act(client.task.cancel)


@criterion
def test_every_reading_passes_through(ex: Exercise) -> None:
    """Every reading passes through while the line is open, also after a long silence."""
    line, client = listen(
        ex, "sent readings at 1 s and 3 s, the last again at 3.25 s, an empty one, and one an hour later"
    )
    line.release("9.2 C", at=3.25)
    line.release("", at=3.5)
    line.release("8.9 C", at=3600)
    ex.advance(to=3601)
    no_error(client)

    def collected() -> str | None:
        line.end()
        ex.advance(10)
        return COLLECTED if len(client.items) == 5 and client.items[0][0] > 3600 else None

    expect(line).not_closed()
    expect(client, why=collected).received(
        item("9.8 C", at=1), item("9.2 C", at=3), item("9.2 C", at=3.25), item("", at=3.5), item("8.9 C", at=3600)
    )


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
    line, client = listen(ex, "let the station end at 5 s; hanging up takes 1 s")
    line.end(at=5)
    ex.advance(to=10)
    no_error(client)
    expect(line, why=lambda: busy(ex, line, NOT_BY_ITSELF)).closed(at=6, times=1)
    expect(client).received(item("9.8 C", at=1), item("9.2 C", at=3))
    expect(client, why=lambda: BEHIND_ITS_BACK if client.ended_at == 5 else None).ended(at=6)


@criterion(needs=test_it_hangs_up_when_the_station_has_no_more)
def test_each_stream_hangs_up_its_own_line(ex: Exercise) -> None:
    """Of two streams at once, and of many one after the other, each hangs up its own line, and no other."""
    line, client = listen(ex, "opened two streams, and let the first station end at 4 s")
    other, reader = listen(ex, "opened two streams, and let the first station end at 4 s")
    line.release("9.1 C")
    line.end(at=4)
    ex.advance(to=6)
    for each in (client, reader):
        no_error(each)
    expect(other, why=SHARED).not_closed()
    expect(line, why=SHARED).closed(at=5, times=1)
    other.end(at=8)
    ex.advance(to=10)
    ex.did("let the second station end as well, at 8 s")
    expect(other, why=SHARED).closed(at=9, times=1)
    expect(client, why=SHARED).received(item("9.1 C", at=0), item("9.8 C", at=1), item("9.2 C", at=3))
    expect(reader, why=SHARED).received(item("9.8 C", at=1), item("9.2 C", at=3))
    lines: list[int] = []
    while lines.count(lines[-1] if lines else 0) < 2 and len(lines) < 1000:
        closes: list[bool] = []  # Whether it was on the loop that had read the line.
        ex.finish(ex.drain(ex.closing(Telephone(lines, closes)), did="opened many streams, one after the other"))
        expect(len(closes), f"times that line {len(lines)} was hung up", why=SHARED).equals(1)
        expect.that(
            closes == [True],
            expected="a line that is hung up on the event loop that has read it",
            observed="it was hung up on another event loop",
        )


@criterion(needs=test_each_stream_hangs_up_its_own_line)
def test_it_hangs_up_when_the_line_fails(ex: Exercise) -> None:
    """When the line fails, it is hung up once, and the reader gets the error."""
    for error in (OSError("crackling"), TimeoutError("nobody answers"), ConnectionResetError(), ValueError("garbled")):
        began = ex.now
        line, client = listen(ex, f"let the line fail with {error!r}, 2 s after a reading; hanging up takes 1 s")
        line.fail(error, at=began + 5)
        ex.advance(10)
        got(client, error)
        expect(line, why=lambda: busy(ex, line, NOT_REACHED)).closed(at=began + 6, times=1)  # noqa: B023
    next_one_is_whole(ex, after="one that failed")


@criterion(needs=test_it_hangs_up_when_the_line_fails)
def test_it_hangs_up_when_the_reader_leaves(ex: Exercise) -> None:
    """When the reader has a reading in hand and leaves, the line is hung up once."""
    line = ex.connection(close_takes=1.0, called="reading")
    stream = ex.closing(line)
    client = ex.drain(stream, window=1, called="reading", did="took a reading at 1 s and one at 3 s, and left at 4 s")
    for at in (1, 3, 5):
        line.release("9.8 C", at=at)
    ex.advance(to=2)
    client.read()
    ex.advance(to=4)
    client.leave()
    ex.advance(to=10)
    no_error(client)

    def why() -> str | None:
        if not hasattr(stream, "aclose"):
            return NO_ACLOSE
        if not inspect.isasyncgen(stream):
            return busy(ex, line)
        if client.task.done():
            return busy(ex, line, NOT_AN_EXCEPTION)
        return None if stream.ag_running else SHIELDED_READER  # It stands at its `yield`, and the reader waits.

    expect(line, why=why).closed(at=5, times=1)
    expect.that(
        line.pulled == 2,
        expected="nothing more is read from the line",
        observed="the reading of 5 s was taken from it: something still reads the line",
    )
    next_one_is_whole(ex, after="one that the reader has left")


@criterion(needs=test_it_hangs_up_when_the_reader_leaves)
def test_it_hangs_up_when_the_stream_is_cancelled(ex: Exercise) -> None:
    """When the stream is cancelled while it waits for the next reading, it hangs up at once, and stays cancelled."""
    line, client = listen(ex, "cancelled the task that reads the stream at 2 s, once")
    ex.advance(to=2)
    cancel_once(client)
    ex.advance(to=2.5)
    begun = line.closes > 0
    ex.advance(to=10)
    no_error(client)
    stopped = client.task.cancelled()
    expect.that(
        begun,
        expected="hanging up begins at 2 s",
        observed="the stream went on to the next reading, at 3 s" if line.pulled > 1 else "nobody hangs up",
        why=CANCELLED_IS_NOT_LEFT if stopped and not line.closes else None,
    )
    expect(line, why=lambda: busy(ex, line)).closed(at=3, times=1)
    expect.that(
        stopped,
        expected="a stream that was cancelled",
        observed="a stream that ended, as if the station had no more"
        if client.state == "ended"
        else "a stream that is still open",
        why=NOT_TOLD if client.state == "ended" else None,
    )
    expect(ex).left_nothing_behind()
    next_one_is_whole(ex, after="one that was cancelled")


@criterion(needs=test_it_hangs_up_when_the_stream_is_cancelled)
def test_hanging_up_is_finished(ex: Exercise) -> None:
    """Hanging up, which takes a second, is finished although a scope cancels the stream, as a server does."""
    line, client = listen(ex, "cancelled the stream at 2 s, by a scope; hanging up takes 1 s")
    ex.advance(to=2)
    client.cancel()
    ex.advance(to=10)

    def why() -> str | None:
        if client.task.done():
            return NOT_SHIELDED if line.closes < 2 and not line.closed else busy(ex, line)
        return DEAF if line.pulled > 1 else None

    expect(line, why=why).closed(at=3, times=1)
    line, client = listen(ex, "let a station end at 15 s, and cancelled the stream at 15.5 s, while it hung up")
    line.end(at=15)
    ex.advance(to=15.5)
    client.cancel()
    ex.advance(to=20)
    expect(line, why=why).closed(at=16, times=1)


@criterion(needs=test_hanging_up_is_finished)
def test_it_hangs_up_before_a_first_reading(ex: Exercise) -> None:
    """A stream that is over before its first reading, or at it, hangs up, too."""

    def hung_up(line: Any, at: float) -> None:
        ex.advance(to=at + 5)
        expect(line, why=lambda: busy(ex, line, TOO_LATE)).closed(at=at, times=1)

    line, client = ring(ex, "let a station end at 2 s, without any reading")
    line.end(at=2)
    hung_up(line, at=3)
    line, client = ring(ex, "let a line fail at 12 s, before its first reading")
    line.fail(error := OSError("crackling"), at=12)
    hung_up(line, at=13)
    got(client, error)
    line, client = ring(ex, "cancelled a stream at 22 s, by a scope, before its first reading")
    ex.advance(to=22)
    client.cancel()
    hung_up(line, at=23)
    line, client = ring(ex, "took a first reading at 32 s, and left with it in hand", window=1)
    line.release("9.8 C", at=32)
    ex.advance(to=32)
    client.leave()
    hung_up(line, at=33)


@criterion(needs=test_it_hangs_up_before_a_first_reading)
def test_the_source_may_be_a_generator(ex: Exercise) -> None:
    """The source may be an async generator, which cannot be closed while somebody reads it."""

    def read(did: str, **options: Any) -> tuple[Any, Any]:
        source = ex.feed(called="reading")
        client = ex.drain(ex.closing(source), did=f"read from an async generator, and {did}", **options)
        source.release("9.8 C", at=ex.now + 1)
        ex.advance(2)
        return source, client

    for options, leave, did in (
        ({}, "leave", "left while it waited"),
        ({}, "cancel", "cancelled the stream while it waited"),
        ({"window": 1}, "leave", "left with a reading in hand"),
    ):
        source, client = read(did, **options)
        getattr(client, leave)()
        at = ex.now
        ex.advance(5)
        no_error(client)
        expect(source).closed(at=at)


class Telephone:
    """A line with one reading. It is forgotten when it is hung up, and another one may get its `id`."""

    def __init__(self, lines: list[int], closes: list[bool]) -> None:
        self._closes, self._said = closes, False
        self._loop: asyncio.AbstractEventLoop | None = None
        lines.append(id(self))

    def __aiter__(self) -> "Telephone":
        return self

    async def __anext__(self) -> str:
        if self._said:
            raise StopAsyncIteration
        self._said, self._loop = True, asyncio.get_running_loop()
        return "9.8 C"

    async def aclose(self) -> None:
        self._closes.append(asyncio.get_running_loop() is self._loop)
