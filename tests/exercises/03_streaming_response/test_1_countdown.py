"""03.1: each number leaves on its own, when its time has come, and the loop is free meanwhile."""

from typing import Any

from course.grader import Exercise, chunk, criterion, expect

SHIPPED_STUB_FAILS = "test_each_number_leaves_on_its_own"

IN_ONE_PIECE = (
    "The numbers were put together before the answer began, so they left together. A Response is a finished "
    "text; what should leave on its own has to be yielded on its own."
)
COLLECTED = (
    "Your function waited and collected, and handed everything over at the end: for all that time the screen in "
    "the hall was empty."
)
CHARACTERS = "A str is an iterable too, of characters: StreamingResponse sent each of them as a chunk."
LINE_BREAK_ALONE = "The number and its line break were yielded separately, so they left as two chunks."
AS_JSON = (
    "FastAPI made JSON of what you yielded. A `yield` in the endpoint itself means JSON Lines, unless a "
    'response_class says otherwise: lesson 03, "With FastAPI\'s own `yield`".'
)
WAITS_FIRST = "You wait before the first number as well: everybody looks at an empty screen until then."
NO_WAIT = (
    "The numbers left one by one, and all in one instant: nothing waited between them. `asyncio.sleep` without "
    "`await` waits for nobody."
)
NO_LINE_BREAK = "A number without a line break: on the screen they would stand side by side, 321."
NOT_TEXT = "What a stream yields leaves as it is: bytes, or a str in UTF-8. A number has to be written out first."
NOT_CALLED = (
    "StreamingResponse was given the function. Calling it, with `()`, makes the generator that can be iterated over."
)
NOT_A_BODY = "A Response wants its whole body at once. The class that takes a generator is StreamingResponse."
ASKS_FOR_THE_TIME = (
    "Your loop asks for the time again and again until it has come. All that while nothing else on the server can run, "
    "and the processor is busy with asking. `await asyncio.sleep` waits and lets others run."
)
SAME_AGAIN = "The number stays the same, so there is no end to it either."
BLOCKED = (
    "One countdown held up the other: while the one waited, nothing else could run. `time.sleep` stops the whole "
    "event loop, `await asyncio.sleep` only its own task."
)
WAITS_LAST = "You wait after the last number as well: it is over when there is nothing more to say."
NO_TYPE = "Nobody said what the stream carries, and a StreamingResponse does not guess. Browsers do."
TOO_LATE = (
    "When the generator runs, status and headers have left already. An error in there can only cut the answer "
    "off; it cannot become a 422 any more."
)
CLAMPED = "A start that is not allowed was bent until it fitted. Whoever asked for it should hear that it is wrong."
UNCHECKED = "Nothing says which `start` is allowed. The lesson's app says it of `every`, in the type of the parameter."
TOO_NARROW = "1 and 60 are allowed themselves: `ge` and `le` take their bound in, `gt` and `lt` leave it out."
HAND_MADE = "The status was chosen by hand. FastAPI answers 422 by itself when the parameter says what is allowed."
SHARED = "A generator can be run through once. This client got what the one before it had left over."
LENGTH_ANNOUNCED = (
    "You announced a Content-Length, so the server does not frame the body in chunks: to the client it is one "
    "body of that many bytes, wherever it happens to be cut."
)


def misconception(client: Any) -> str | None:
    """What the first chunks, or the error, tell about how the answer was made."""
    if not client.chunks or client.status != 200:
        return stumbled(client.error or "")
    times = {at for at, _ in client.chunks}
    at, first = client.chunks[0]
    if first.startswith(b'"'):
        return AS_JSON
    if first.count(b"\n") > 1:
        return IN_ONE_PIECE if at == 0 else COLLECTED
    if len(client.chunks) > 1 and client.chunks[1][1] == b"\n":
        return CHARACTERS if times == {0} else LINE_BREAK_ALONE
    if len(client.chunks) > 1 and client.chunks[1][1] == first:
        return SAME_AGAIN
    if b"\n" not in client.body:
        return NO_LINE_BREAK
    if len(client.chunks) > 1 and len(times) == 1:
        return NO_WAIT if at == 0 else COLLECTED
    return WAITS_FIRST if at > 0 else None


def stumbled(error: str) -> str | None:
    """What the app's error tells."""
    if "'encode'" in error or "'decode'" in error:
        return NOT_A_BODY if "generator" in error else NOT_TEXT
    return NOT_CALLED if "'function' object is not iterable" in error else None


@criterion
def test_each_number_leaves_on_its_own(ex: Exercise) -> None:
    """Each number leaves on its own, on time."""
    client = ex.get("/countdown?start=3&every=1")
    ex.advance(10)
    asks = any("asking for it again and again" in each.what for each in ex.blocked)
    why = ASKS_FOR_THE_TIME if asks else misconception(client)
    expect(client, why=why, did="GET /countdown?start=3&every=1").received(
        chunk("3\n", at=0), chunk("2\n", at=1), chunk("1\n", at=2)
    )


@criterion(needs=test_each_number_leaves_on_its_own)
def test_others_go_on_meanwhile(ex: Exercise) -> None:
    """While one countdown waits, another one keeps its own pace."""
    ex.get("/countdown?start=3&every=10")
    quick = ex.get("/countdown?start=3&every=1")
    ex.advance(30)
    late = [at for at, _ in quick.chunks][:3] != [0, 1, 2]
    expect(quick, why=BLOCKED if late else None, did="two countdowns at once, 10 s and 1 s a number").received(
        chunk("3\n", at=0), chunk("2\n", at=1), chunk("1\n", at=2)
    )
    expect(ex).did_not_block()


@criterion(needs=test_others_go_on_meanwhile)
def test_each_client_gets_a_countdown_of_its_own(ex: Exercise) -> None:
    """Each client gets the countdown it asked for."""
    ex.get("/countdown?start=3&every=1")
    ex.advance(10)
    client = ex.get("/countdown")
    ex.advance(10)
    expect(client, why=None if client.chunks else SHARED, did="GET /countdown, 10 s after somebody else did").received(
        chunk("3\n", at=10), chunk("2\n", at=11), chunk("1\n", at=12)
    )
    other = ex.get("/countdown?start=2&every=2.5")
    ex.advance(10)
    expect(other, did="GET /countdown?start=2&every=2.5").received(chunk("2\n", at=20), chunk("1\n", at=22.5))


@criterion(needs=test_each_number_leaves_on_its_own)
def test_it_is_over_after_the_last_number(ex: Exercise) -> None:
    """With the last number the answer is over."""
    client = ex.get("/countdown?start=2&every=1")
    ex.advance(10)
    late = client.state == "ended" and client.ended_at != 1
    expect(client, why=WAITS_LAST if late else None, did="GET /countdown?start=2&every=1").ended(at=1)


@criterion(needs=test_each_number_leaves_on_its_own)
def test_it_says_what_it_is(ex: Exercise) -> None:
    """The answer says what it is: plain text in UTF-8."""
    client = ex.get("/countdown")
    ex.advance(1)
    expect(client, did="GET /countdown").status(200)
    why = None if "content-type" in client.headers else NO_TYPE
    expect(client, why=why, did="read the headers of GET /countdown").header(
        "content-type", "text/plain; charset=utf-8"
    )


@criterion(needs=test_each_number_leaves_on_its_own)
def test_a_start_outside_1_to_60_is_refused(ex: Exercise) -> None:
    """A start outside 1 to 60 is refused with a 422."""
    for start in ("0", "61", "-1", "three"):
        client = ex.get(f"/countdown?start={start}")
        ex.advance(1)
        bent = client.status == 200 and client.chunks and client.chunks[0][1] != f"{start}\n".encode()
        why = CLAMPED if bent else TOO_LATE if client.error else HAND_MADE if client.status != 200 else UNCHECKED
        expect(client, why=why, did=f"GET /countdown?start={start}").status(422)
    for start in ("1", "60"):
        client = ex.get(f"/countdown?start={start}")
        ex.advance(1)
        narrow = TOO_NARROW if client.status == 422 else None
        expect(client, why=narrow, did=f"GET /countdown?start={start}").status(200)


@criterion(needs=test_it_is_over_after_the_last_number, live=True)
def test_on_the_wire_each_number_is_one_chunk(ex: Exercise) -> None:
    """On the wire each number is one HTTP chunk."""
    client = ex.live.get("/countdown?start=3&every=0.02").wait(end=True)
    expect.that(
        client.http_chunks == [b"3\n", b"2\n", b"1\n"],
        expected='3 HTTP chunks: "3\\n", "2\\n", "1\\n"',
        observed=(
            f"a body without chunked framing, content-length {client.headers['content-length']}"
            if "content-length" in client.headers
            else f"{len(client.http_chunks)} HTTP chunks: {client.http_chunks}"
        ),
        why=LENGTH_ANNOUNCED if "content-length" in client.headers else None,
    )
