"""03.1: each number leaves on its own, when its time has come, and nobody's countdown touches another's."""

from waterclock.expectations import Expected
from waterclock.lab import Exchange

from course.grader import Exercise, chunk, criterion, expect, matching

SHIPPED_STUB_FAILS = "test_each_number_leaves_on_its_own"

IN_ONE_PIECE = (
    "All the numbers left in one piece. A Response is a finished text; what should leave on its own has to be yielded "
    "on its own."
)
AT_THE_END = (
    "Everything was handed over at the end, after all the waiting: until then the screen in the hall was empty."
)
CHARACTERS = "A str is an iterable too, of characters: StreamingResponse sends each of them as a chunk."
LINE_BREAK_ALONE = "The number and its line break were sent separately, so they left as two chunks."
AS_JSON = (
    "FastAPI made JSON of what you yielded. A `yield` in the endpoint itself means JSON Lines, unless a "
    'response_class says otherwise: lesson 03, "With FastAPI\'s own `yield`".'
)
WAITS_FIRST = "You wait before the first number as well: everybody looks at an empty screen until then."
NO_WAIT = "The numbers left one by one, and all in one instant: nothing waited between them."
NOT_AWAITED = "`asyncio.sleep` without `await` waits for nobody: it makes a coroutine, and that never ran."
NO_LINE_BREAK = "A number without a line break: on the screen they would stand side by side, 321."
ASKS_FOR_THE_TIME = (
    "Your loop asks for the time again and again until it has come. All that while nothing else on the server can run, "
    "and the processor is busy with asking. `await asyncio.sleep` waits and lets others run."
)
SAME_AGAIN = "The number stays the same, so there is no end to it either."
NOT_A_BODY = "A Response wants its whole body at once. The class that takes a generator is StreamingResponse."
ERRORS = {
    "'int' object has no attribute 'encode'": (
        "What a stream yields leaves as it is: bytes, or a str in UTF-8. A number has to be written out first."
    ),
    "'function' object is not iterable": (
        "A function was given where something to iterate over is wanted. Calling it, with `()`, makes the generator."
    ),
}
SHARED = (
    "Alone, the same request got its three numbers. Something that requests share is changed by one of them: a module "
    "variable, a default argument, a generator that was kept. Each client needs its own."
)
SLEEPS = "`time.sleep` stops the whole event loop, `await asyncio.sleep` only its own task."
WAITS_LAST = "You wait after the last number as well: it is over when there is nothing more to say."
NO_TYPE = "Nobody said what the stream carries, and a StreamingResponse does not guess. Browsers do."
TOO_LATE = (
    "When the generator runs, status and headers have left already. An error in there can only cut the answer "
    "off; it cannot become a 422 any more."
)
BENT = "A start that is not allowed was bent until it fitted. Whoever asked for it should hear that it is wrong."
UNCHECKED = (
    "Every whole number is taken. The lesson's app says what it allows for `every` in the type of the parameter."
)
TOO_NARROW = "1 and 60 are allowed themselves: `ge` and `le` take their bound in, `gt` and `lt` leave it out."
HAND_MADE = "The status was chosen by hand. FastAPI answers 422 by itself when the parameter says what is allowed."


def counted(start: int, every: float, since: float = 0) -> list[Expected]:
    """The numbers from `start` to 1, a chunk each, `every` seconds apart."""
    return [chunk(f"{number}\n", at=since + (start - number) * every) for number in range(start, 0, -1)]


@criterion
def test_each_number_leaves_on_its_own(ex: Exercise) -> None:
    """Each number leaves on its own, on time."""
    client = ex.get("/countdown?start=3&every=1", did="GET /countdown?start=3&every=1")
    ex.advance(10)
    expect(client, why=lambda: misconception(ex, client)).received(*counted(3, 1))


def misconception(ex: Exercise, client: Exchange) -> str | None:
    """What was seen of how the answer was made. None: what was observed has to be enough."""
    if any("asking for it again and again" in each.what for each in ex.blocked):
        return ASKS_FOR_THE_TIME
    if client.error:
        unsent = client.status == 500 and "generator' object has no attribute 'encode'" in client.error
        return NOT_A_BODY if unsent else matching(client.error, ERRORS)
    times, chunks = [at for at, _ in client.chunks], [data for _, data in client.chunks]
    whole, at_once = client.text == "3\n2\n1\n", len(set(times)) == 1
    if whole and at_once and times[0] > 0:
        return AT_THE_END
    if chunks == [b"3\n2\n1\n"]:
        return IN_ONE_PIECE
    if chunks == [b"3", b"\n", b"2", b"\n", b"1", b"\n"]:
        return CHARACTERS if at_once and sends_characters(ex) else LINE_BREAK_ALONE
    if chunks == [b"3\n", b"2\n", b"1\n"] and at_once:
        return NOT_AWAITED if any(each.what.startswith("sleep() was called") for each in ex.leftovers()) else NO_WAIT
    if chunks == [b"3\n", b"2\n", b"1\n"] and times == [1, 2, 3]:
        return WAITS_FIRST
    if chunks == [b'"3\\n"\n', b'"2\\n"\n', b'"1\\n"\n'] and client.headers.get("content-type") == "application/jsonl":
        return AS_JSON
    if set(chunks) == {b"3\n"} and client.state == "open":
        return SAME_AGAIN
    return NO_LINE_BREAK if client.text == "321" else None


def sends_characters(ex: Exercise) -> bool:
    """Whether not even 12 leaves in one piece."""
    client = ex.get("/countdown?start=12&every=1")
    ex.advance(20)
    return all(len(data) == 1 for _, data in client.chunks)


@criterion(needs=test_each_number_leaves_on_its_own)
def test_each_client_gets_a_countdown_of_its_own(ex: Exercise) -> None:
    """Each client gets the countdown it asked for."""
    before = ex.get("/countdown?start=9&every=1")
    ex.advance(to=1.5)
    before.leave()
    for said in ("left in the middle of a countdown", "had the same one"):
        ex.advance(4)
        since = ex.now
        client = ex.get("/countdown?start=3&every=1", did=f"GET /countdown?start=3&every=1, after a client who {said}")
        ex.advance(4)
        shared = client.status == 200 and client.text != "3\n2\n1\n"
        expect(client, why=SHARED if shared else None).received(*counted(3, 1, since))
    for query, start, every in (
        ("", 3, 1.0),
        ("?start=2&every=1.25", 2, 1.25),
        ("?every=0.5", 3, 0.5),
        ("?start=2&every=0.125", 2, 0.125),
        ("?start=20&every=0", 20, 0.0),
    ):
        since = ex.now
        client = ex.get(f"/countdown{query}", did=f"GET /countdown{query}")
        ex.advance(4)
        if every == 0 and client.status == 422:
            continue  # The brief sets no bounds to `every`. An answer that wants some time to pass is right, too.
        expect(client).received(*counted(start, every, since))


@criterion(needs=test_each_client_gets_a_countdown_of_its_own)
def test_others_go_on_meanwhile(ex: Exercise) -> None:
    """While one countdown waits, others keep their own pace."""
    did = "22 countdowns: one with 10 s a number, 20 with 1 s at the same time, and one more of these 1.5 s later"
    slow = ex.get("/countdown?start=4&every=10", did=did)
    quick = [ex.get("/countdown?start=3&every=1", did=did) for _ in range(20)]
    ex.advance(to=1.5)
    late = ex.get("/countdown?start=3&every=1", did=did)
    ex.advance(60)
    shared = any(client.status == 200 and client.text != "3\n2\n1\n" for client in (*quick, late))
    why = SLEEPS if ex.blocked_by("sleep") else SHARED if shared else None
    for client in quick:
        expect(client, why=why).received(*counted(3, 1))
    expect(late, why=why).received(*counted(3, 1, since=1.5))
    expect(slow, why=why).received(*counted(4, 10))
    expect(ex, why=why, did=did).did_not_block()


@criterion(needs=test_each_client_gets_a_countdown_of_its_own)
def test_it_is_over_after_the_last_number(ex: Exercise) -> None:
    """With the last number the answer is over."""
    client = ex.get("/countdown?start=2&every=3", did="GET /countdown?start=2&every=3")
    ex.advance(to=20)
    expect(client, why=WAITS_LAST if client.ended_at == 6 else None).ended(at=3)
    client = ex.get("/countdown?start=1&every=3", did="GET /countdown?start=1&every=3")
    ex.advance(to=40)
    expect(client).ended(at=20)


@criterion(needs=test_each_client_gets_a_countdown_of_its_own)
def test_it_says_what_it_is(ex: Exercise) -> None:
    """The answer says what it is: plain text in UTF-8."""
    client = ex.get("/countdown", did="read the headers of GET /countdown")
    ex.advance(1)
    why = None if "content-type" in client.headers else NO_TYPE
    expect(client, why=why).header("content-type", "text/plain; charset=utf-8")


@criterion(needs=test_each_client_gets_a_countdown_of_its_own)
def test_a_start_outside_1_to_60_is_refused(ex: Exercise) -> None:
    """A start outside 1 to 60 is refused with a 422."""
    answers = {}
    for start in ("0", "61", "-1", "2.5", "three"):
        answers[start] = ex.get(f"/countdown?start={start}", did=f"GET /countdown?start={start}")
        ex.advance(1)
    for start, client in answers.items():
        expect(client, why=lambda start=start: taken(start, answers)).status(422)  # type: ignore[misc]
    for start in (1, 60):
        client = ex.get(f"/countdown?start={start}&every=0.5", did=f"GET /countdown?start={start}&every=0.5")
        ex.advance(40)
        narrow = b'"greater_than"' in client.body or b'"less_than"' in client.body
        expect(client, why=TOO_NARROW if narrow else None).status(200)
        expect(client).text("".join(f"{number}\n" for number in range(start, 0, -1)))


def taken(start: str, answers: dict[str, Exchange]) -> str | None:
    """How it came that this start was not refused with a 422."""
    client = answers[start]
    if "response already started" in (client.error or ""):
        return TOO_LATE
    if client.body[:3] == {"0": b"1\n", "-1": b"1\n", "61": b"60\n"}.get(start):
        return BENT
    if client.status == 200 and all(answers[each].status == 200 for each in ("0", "-1", "61")):
        return UNCHECKED if answers["61"].body.startswith(b"61\n") else None
    return HAND_MADE if 400 <= (client.status or 0) < 500 else None


@criterion(needs=test_it_is_over_after_the_last_number, live=True)
def test_on_the_wire_each_number_is_one_chunk(ex: Exercise) -> None:
    """On the wire each number is one HTTP chunk."""
    client = ex.live.get("/countdown?start=3&every=0.1").wait(end=True)
    length = client.headers.get("content-length")
    expect.that(
        client.http_chunks == [b"3\n", b"2\n", b"1\n"],
        did="GET /countdown?start=3&every=0.1 from a real server",
        expected='3 HTTP chunks: "3\\n", "2\\n", "1\\n"',
        observed=f"{len(client.http_chunks)} HTTP chunks: {client.http_chunks}"
        if length is None
        else f"one body, since a content-length of {length} was announced: the server frames no chunks then",
    )
