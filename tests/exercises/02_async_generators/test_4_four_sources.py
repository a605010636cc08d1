"""
Grader for 02.4 four_sources: stand-ins in the place of the sources say which thread and which loop used them.

No clock is asked whether a source blocks: a function that can see a running event loop holds that loop up. Whether
threads are left is asked of those who hand them out.
"""

import asyncio
import select
import socket
from collections.abc import Callable
from typing import Any

import anyio.to_thread
from waterclock.live import Server

from course.grader import Exercise, StandIn, criterion, expect, line, matching

SHIPPED_STUB_FAILS = "test_the_logbook_is_not_read_on_the_event_loop"

MANY = 42
"""Readers at a time on the real server: two more than there are threads, and 84 sockets."""

ON_THE_LOOP = "A plain function that is called in async code runs on the loop's own thread, `await` beside it or not."
TOO_EARLY = "With arguments in parentheses it runs first, here and now, and what it returns is handed to the thread."
WAITS_FOR_A_THREAD = "A thread works, but the event loop stands still until it is done. Waiting needs an `await`."
NOT_AWAITED = "What leaves is a promise of a line. Nobody has awaited it."
SECOND_LOOP = "`asyncio.run` starts a loop of its own, and here one runs already. Await instead."
OTHER_LOOP = "It was awaited on a second event loop, such as `asyncio.run` starts. It belongs to the server's own."
SAME_GENERATOR = "Two readers were given the same generator. Each needs one of its own."
SIDE_BY_SIDE = "All lines are asked for at once. The next one is asked for when the last one has left."
COLLECTED = "All lines are made before the first one leaves."
POLLS = "Something looks into the queue every so often. `get` can be awaited, and returns the moment there is an alert."
POOL_ENDS = (
    "The end of the `with` waits for the thread, and the loop waits with it. `shutdown` does the same. "
    "Make a pool once, for the life of the server."
)
IN_TURN = (
    "The readers wait for each other: something lets one through at a time, such as a lock or a pool of one thread."
)
SHARED = "Something is shared by the readers. Where a stream stands, and what it sends, belongs in its own generator."
SWALLOWED = "The error did not get through: to the reader a source that broke looks like one that has no more."
THREADS_GONE = "Readers who do nothing keep the threads that `def` endpoints share. None was left."

ERRORS = {
    "'coroutine' object": NOT_AWAITED,
    "asyncio.run() cannot be called": SECOND_LOOP,
    "not callable": TOO_EARLY,
    "bound to a different event loop": OTHER_LOOP,
    "generator already executing": SAME_GENERATOR,
    "asynchronous generator is already running": SAME_GENERATOR,
}
SOURCES = {"/logbook": ("read_page", "page"), "/model": ("compute", "hour"), "/buoy": ("ask_buoy", "buoy")}


def stand_in(ex: Exercise, path: str, *, takes: float = 1.0) -> StandIn:
    """In the place of a source: `takes` seconds for each line."""
    name, word = SOURCES[path]
    return ex.stand_in(name, lambda number: f"{word} {number}\n", takes=takes)


def lines(path: str, count: int, *, begun: float = 0.0) -> list[Any]:
    """What a reader of a source receives: a line each second."""
    return [line(f"{SOURCES[path][1]} {n}", at=begun + n + 1) for n in range(count)]


def happen(ex: Exercise, *alerts: str, at: float | None = None) -> None:
    """Somebody puts alerts into the learner's own queue, on the loop that the server runs on."""

    def put() -> None:
        for alert in alerts:
            ex.alerts.put_nowait(alert)

    ex.surroundings.act(put) if at is None else ex.surroundings.act_at(at, put)


def no_error(client: Any) -> None:
    """What was raised says more than the lines that are missing because of it."""
    expect(client, why=lambda: matching(client.error, ERRORS)).no_error()


def beside_the_loop(ex: Exercise, path: str) -> None:
    name, word = SOURCES[path]
    source = stand_in(ex, path)
    client = ex.get(f"{path}?count=2", did=f"GET {path}?count=2")
    ex.advance(10)
    too_early = "not callable" in (client.error or "")
    expect.that(
        not source.on_the_loop,
        expected=f"`{name}` is called in a thread without an event loop",
        observed=f"{source.on_the_loop} of {source.calls} calls ran on the event loop",
        why=TOO_EARLY if too_early else ON_THE_LOOP,
    )
    no_error(client)
    expect.that(
        not source.loop_stood_still,
        expected=f"the event loop goes on while a thread is in `{name}`",
        observed=f"it stood still until `{name}` had returned",
        why=WAITS_FOR_A_THREAD,
    )
    expect(client).status(200).text(f"{word} 0\n{word} 1\n").ended()


def one_by_one(ex: Exercise, path: str) -> None:
    name, _ = SOURCES[path]
    source = stand_in(ex, path)
    client = ex.get(f"{path}?count=3", did=f"GET {path}?count=3, each line takes 1 s")
    ex.advance(10)
    no_error(client)
    expect.that(
        not source.on_another_loop,
        expected=f"`{name}` is awaited on the loop that the server runs on",
        observed="it ran on another event loop",
        why=OTHER_LOOP,
    )
    expect.that(
        source.at_once == 1,
        expected=f"`{name}` is called when its last line has left",
        observed=f"{source.at_once} calls ran at once" if source.calls else "it was not called",
        why=SIDE_BY_SIDE if source.at_once == 3 else None,
    )
    times = {at for at, _ in client.lines}
    expect(client, why=COLLECTED if times == {3.0} else None).received(*lines(path, 3))
    expect(client).ended()
    before, did = source.calls, f"GET {path}?count=3, and read no further than the first line"
    ex.get(f"{path}?count=3", window=1, did=did)
    ex.advance(10)
    ahead = source.calls - before
    expect(ahead, f"calls of `{name}`, while the second line has not left", did=did).at_most(2)


@criterion
def test_the_logbook_is_not_read_on_the_event_loop(ex: Exercise) -> None:
    """The logbook, which blocks, does not hold up the event loop."""
    beside_the_loop(ex, "/logbook")


@criterion(needs=test_the_logbook_is_not_read_on_the_event_loop)
def test_each_page_leaves_before_the_next_is_read(ex: Exercise) -> None:
    """Each page of the logbook leaves before the next is read."""
    one_by_one(ex, "/logbook")


@criterion
def test_the_model_does_not_compute_on_the_event_loop(ex: Exercise) -> None:
    """The model, which computes, does not hold up the event loop."""
    beside_the_loop(ex, "/model")


@criterion(needs=test_the_model_does_not_compute_on_the_event_loop)
def test_each_hour_leaves_before_the_next_is_computed(ex: Exercise) -> None:
    """Each hour of the model leaves before the next is computed."""
    one_by_one(ex, "/model")


@criterion
def test_an_alert_leaves_the_moment_it_happens(ex: Exercise) -> None:
    """An alert leaves the moment it happens, also after a long silence."""
    expect.that(
        isinstance(ex.alerts, asyncio.Queue),
        did="opened your file",
        expected="`alerts` as it was: an asyncio.Queue",
        observed=f"`alerts` is a {type(ex.alerts).__module__}.{type(ex.alerts).__qualname__}",
    )
    eye = Eye(ex)
    client = ex.get(
        "/alerts?count=3",
        did="put an alert into the queue at 5.03 s, an empty line at 7.77 s, an indented one at 307.7 s",
    )
    happen(ex, "gale\n", at=5.03)
    happen(ex, "\n", at=7.77)
    happen(ex, "  frost \n", at=307.7)
    ex.advance(to=8)
    looks = eye.looks
    ex.advance(to=307)
    looks = eye.looks - looks
    ex.advance(to=310)

    def why() -> str | None:
        if eye.on_another_loop:
            return OTHER_LOOP
        times, texts = {at for at, _ in client.lines}, [text for _, text in client.lines]
        if texts != ["gale", "", "  frost "]:
            return None
        return COLLECTED if times == {307.7} else POLLS if looks > 10 else None

    no_error(client)
    expect(client, why=why).received(line("gale", at=5.03), line("", at=7.77), line("  frost ", at=307.7))
    expect(client).ended(at=307.7)


@criterion
def test_the_buoy_is_asked_on_the_servers_own_loop(ex: Exercise) -> None:
    """The buoy is asked on the server's own event loop, and its answers leave one by one."""
    one_by_one(ex, "/buoy")


@criterion(
    needs=(
        test_each_page_leaves_before_the_next_is_read,
        test_each_hour_leaves_before_the_next_is_computed,
        test_an_alert_leaves_the_moment_it_happens,
        test_the_buoy_is_asked_on_the_servers_own_loop,
    ),
)
def test_the_rest_is_as_it_was(ex: Exercise) -> None:
    """Three lines without a `count`, none with 0 or less, and `text/plain`: the rest is as it was."""
    for path in SOURCES:
        stand_in(ex, path, takes=0)
    happen(ex, "alert 0\n", "alert 1\n", "alert 2\n")
    words = {path: word for path, (_, word) in SOURCES.items()} | {"/alerts": "alert"}
    for path, word in words.items():
        for query, count in (("", 3), ("?count=0", 0), ("?count=-1", 0)):
            client = ex.finish(ex.get(path + query, did=f"GET {path}{query}"), within=1)
            expect(client).status(200).header("content-type", "text/plain; charset=utf-8")
            expect(client).text("".join(f"{word} {n}\n" for n in range(count))).ended()
        expect(ex.finish(ex.get(f"{path}?count=many", did=f"GET {path}?count=many"), within=1)).status(422)
    for path in ("/now/def", "/now/async"):
        expect(ex.finish(ex.get(path, did=f"GET {path}"), within=1)).status(200).text('"now"')


@criterion(needs=test_the_rest_is_as_it_was)
def test_a_reader_who_leaves_holds_nobody_up(ex: Exercise) -> None:
    """A reader who leaves in the middle of a page, or of an hour, holds nobody up."""
    for path in SOURCES:
        stand_in(ex, path, takes=2)
    neighbour = ex.neighbour(every=0.25)
    clients = [ex.get(f"{path}?count=3") for path in SOURCES]
    ex.advance(to=2.5)
    for client in clients:
        client.leave()
    ex.did("left /logbook, /model and /buoy at 2.5 s, and read something else beside them")
    ex.advance(to=5)
    neighbour.kept_its_pace(lambda: POOL_ENDS if ex.blocked_by("the threads of a pool") else None)


@criterion(needs=test_a_reader_who_leaves_holds_nobody_up)
def test_nothing_is_done_for_a_reader_who_has_gone(ex: Exercise) -> None:
    """When a reader has left, no source is asked for them any more."""
    sources = {path: stand_in(ex, path) for path in SOURCES}
    clients = [ex.get(f"{path}?count=8") for path in SOURCES]
    ex.advance(to=2.5)
    for client in clients:
        client.leave()
    ex.did("left /logbook, /model and /buoy at 2.5 s, after two of eight lines")
    ex.advance(to=10)
    for path, source in sources.items():
        expect.that(
            source.calls <= 3,
            expected=f"`{SOURCES[path][0]}` called three times at the most",
            observed=f"{source.calls} calls: something goes on for a reader who has gone",
        )


@criterion(needs=test_nothing_is_done_for_a_reader_who_has_gone)
def test_two_readers_at_once_each_get_all_lines(ex: Exercise) -> None:
    """Two readers at once each get all lines in their own time, and so does the next one, beside one who is slow."""
    for path in SOURCES:
        source = stand_in(ex, path)
        slow = ex.get(f"{path}?count=5", window=1)
        ex.advance(3)
        began = ex.now
        first = ex.get(f"{path}?count=3", did=f"GET {path}?count=3, and again half a second later")
        ex.advance(0.5)
        second = ex.get(f"{path}?count=3", did=f"GET {path}?count=3 half a second after another one")
        ex.advance(7)
        for client, begun in ((first, began), (second, began + 0.5)):
            all_lines(path, client, source, begun)
        began = ex.now
        third = ex.get(f"{path}?count=3", did=f"GET {path}?count=3, after two others have got theirs")
        ex.advance(4)
        all_lines(path, third, source, began)
        slow.leave()


def all_lines(path: str, client: Any, source: StandIn, begun: float) -> None:
    """Every line, each a second after the last. `source` has seen how many readers were served at the same time."""
    expected = lines(path, 3, begun=begun)

    def why() -> str | None:
        came = list(zip(expected, client.lines, strict=False))
        if any(not each.fits(text) or at < each.at - 0.001 for each, (at, text) in came):
            return SHARED  # Another line, or one that came before it can have been made.
        if client.state == "ended" and len(came) < 3:
            return SHARED
        return IN_TURN if source.at_once == 1 else None

    no_error(client)
    expect(client, why=why).received(*expected)
    expect(client).ended()


@criterion(needs=test_two_readers_at_once_each_get_all_lines)
def test_a_source_that_fails_breaks_its_stream_off(ex: Exercise) -> None:
    """When a source fails, its stream breaks off, and the next reader is served."""
    for path, (name, word) in SOURCES.items():
        broken = True

        def answer(number: int) -> str:
            if broken and number == 1:  # noqa: B023
                raise OSError("nobody answers")
            return f"{word} {number}\n"  # noqa: B023

        ex.stand_in(name, answer, takes=1)
        client = ex.get(f"{path}?count=3", did=f"GET {path}?count=3, and `{name}` fails the second time")
        ex.advance(5)
        expect(client, why=lambda: SWALLOWED if ended_quietly(client) else None).truncated()  # noqa: B023
        expect(client).text(f"{word} 0\n")
        broken, began = False, ex.now
        client = ex.get(f"{path}?count=3", did=f"GET {path}?count=3, after one that failed")
        ex.advance(5)
        no_error(client)
        expect(client).received(*lines(path, 3, begun=began))


def ended_quietly(client: Any) -> bool:
    """It came to an end, and nothing was said of the error."""
    return client.state == "ended" and len(client.lines) == 1


@criterion(needs=test_a_source_that_fails_breaks_its_stream_off)
def test_slow_readers_keep_no_thread(ex: Exercise) -> None:
    """Fifty readers each of logbook and model who stopped reading keep no thread; fifty can ask the buoy at once."""
    paths = ("/logbook", "/model")
    for path in paths:
        stand_in(ex, path)
    did = "opened 50 streams each of /logbook and /model, and read no further than the first line"
    slow = [ex.get(f"{path}?count=9", window=1, did=did) for path in paths for _ in range(50)]
    ex.advance(60)
    asked = ex.get("/now/def", did=did)
    ex.advance()
    threads = ex.run(kept())
    expect.that(
        asked.state == "ended",
        expected="/now/def answers at once",
        observed=f"no answer: {threads['kept']} of {threads['of']} threads are kept",
        why=THREADS_GONE if threads["kept"] == threads["of"] else None,
    )
    expect(sum(not client.lines for client in slow), "streams without a line after 60 s", did=did).equals(0)
    buoy = stand_in(ex, "/buoy")
    began = ex.now
    readers = [ex.get("/buoy?count=1", did="50 readers asked the buoy at once") for _ in range(50)]
    ex.advance(60)
    for client in readers:
        no_error(client)
    expect.that(
        buoy.at_once == 50,
        did="50 readers asked the buoy at once",
        expected="50 questions at the same time: nobody waits for another",
        observed=f"{buoy.at_once} at a time",
    )
    for client in readers:
        expect(client).received(*lines("/buoy", 1, begun=began))


@criterion(needs=test_slow_readers_keep_no_thread)
def test_an_alert_goes_to_a_reader_who_is_there(ex: Exercise) -> None:
    """An alert goes to one reader who is there, and never to one who has left, or has got all."""

    def next_one(did: str) -> None:
        there = ex.get("/alerts?count=1", did=f"{did}; then somebody else came, and there was an alert")
        ex.advance(1)
        happen(ex, "gale\n")
        no_error(there)
        lost = "nobody got it: it was taken out of the queue for somebody else"
        expect.that(
            there.state == "ended",
            expected="the one who is there gets it",
            observed=lost if ex.alerts.empty() else "it is still in the queue",
        )
        expect(there).received(line("gale", at=ex.now))

    gone = ex.get("/alerts?count=1")
    ex.advance(1)
    gone.leave()
    next_one("left /alerts while there was none")
    gone = ex.get("/alerts?count=3")
    happen(ex, "frost\n")
    gone.leave()
    next_one("left /alerts after the first of three")
    ex.get("/alerts?count=1")
    happen(ex, "frost\n")
    next_one("read one alert, as many as were asked for")
    slow = ex.get("/alerts?count=5", window=1)
    happen(ex, "frost\n", "fog\n")
    next_one("read the first of two alerts, and no further")
    slow.leave()
    happen(ex, "frost\n", "fog\n", "gale\n")
    client = ex.get("/alerts?count=2", did="found three alerts in the queue, and asked for two")
    ex.advance(1)
    expect(client).text("frost\nfog\n").ended()
    client = ex.get("/alerts?count=1", did="asked for the last of three, when somebody else had taken two")
    ex.advance(1)
    expect(client).text("gale\n").ended()
    did = "asked for one alert by two readers at once, and there was one, and then another"
    clients = [ex.get("/alerts?count=1", did=did) for _ in range(2)]
    for count, alert in enumerate(("frost\n", "fog\n"), 1):
        happen(ex, alert)
        expect(sum(len(client.lines) for client in clients), "alerts received by the two", did=did).equals(count)


@criterion(live=True, needs=test_an_alert_goes_to_a_reader_who_is_there)
def test_many_readers_of_each_hold_nobody_up(ex: Exercise) -> None:
    """On a real server, 42 readers of each source in turn leave a `def` endpoint and an async one free to answer."""
    silence, look = Silence(), Look(ex)
    ex.stand_in("read_page", lambda number: "page\n", takes=0.2)
    ex.stand_in("compute", lambda hour: "hour\n", takes=0.2)
    ex.stand_in("ask_buoy", silence.wait)
    server = ex.live
    for path in ("/alerts", "/buoy", "/logbook", "/model"):
        ex.did(f"opened {MANY} streams of {path}, then asked /now/async and /now/def")
        readers = [reader(server, path) for _ in range(MANY)]
        # Who waits for an alert or for the buoy waits for ever, and keeps what it has.
        stuck = look.stuck if path in ("/alerts", "/buoy") else bool
        try:
            server.until(lambda: answered(readers) == MANY or stuck(), f"{MANY} answers of {path}", within=20)  # noqa: B023
            server.get("/now/async").wait(end=True, within=20)
            asked = server.get("/now/def")
            server.until(lambda: asked.state != "open" or stuck(), "an answer of /now/def", within=20)  # noqa: B023
            expect.that(
                asked.state != "open",
                expected="/now/def answers while they are open",
                observed=f"no answer: {look.threads['kept']} of {look.threads['of']} threads are kept",
                why=THREADS_GONE,
            )
            server.until(lambda: server.running <= MANY, "the end of two answers", within=20)
            expect(server.running, f"streams of {path} that are still open").equals(MANY)
        finally:
            for each in readers:
                each.close()
            silence.let_go()
            look.let_go()
        server.until(lambda: server.running == 0, "the end of the streams that everybody has left", within=20)


def reader(server: Server, path: str) -> socket.socket:
    """Somebody who asks for a stream without an end, and does not read it: no thread of ours waits for it."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(f"GET {path}?count=1000000 HTTP/1.1\r\nHost: skylark\r\n\r\n".encode())
    return connection


def answered(readers: list[socket.socket]) -> int:
    """How many have at least the headers."""
    return len(select.select(readers, [], [], 0)[0])


async def kept() -> dict[str, float]:
    """How many of the threads that `def` endpoints share are kept, of how many, and who waits for one."""
    seen = anyio.to_thread.current_default_thread_limiter().statistics()
    return {"kept": seen.borrowed_tokens, "of": seen.total_tokens, "waiting": seen.tasks_waiting}


class Eye:
    """Sees how often somebody looks into the learner's own queue, and from which loop. Whoever holds it is seen."""

    def __init__(self, ex: Exercise) -> None:
        self.looks = 0
        self.on_another_loop = False
        self._home = ex.lab.session.loop
        self._get = ex.alerts.get
        for name in ("get_nowait", "empty", "qsize"):
            setattr(ex.alerts, name, self._seen(getattr(ex.alerts, name)))
        ex.alerts.get = self._awaited

    def _seen(self, real: Callable[[], Any]) -> Callable[[], Any]:
        def look() -> Any:
            self.looks += 1
            return real()

        return look

    async def _awaited(self) -> str:
        self.looks += 1
        if asyncio.get_running_loop() is not self._home:
            self.on_another_loop = True
        return await self._get()


class Look:
    """A route of the grader's own in the learner's app: what is kept is known on the server's loop only."""

    def __init__(self, ex: Exercise) -> None:
        self.threads = {"kept": 0.0, "of": 0.0, "waiting": 0.0}
        self._alike = 0
        self._ex = ex
        self._loop: asyncio.AbstractEventLoop | None = None
        ex.app.add_api_route("/threads", self._look)

    async def _look(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.threads = await kept()

    def stuck(self) -> bool:
        """All threads are kept, somebody waits for one, and nothing has changed for a hundred requests."""
        before = self.threads
        self._ex.live.get("/threads").wait(end=True, within=20)
        waits = self.threads["waiting"] > 0 and self.threads["kept"] == self.threads["of"]
        self._alike = self._alike + 1 if waits and before == self.threads else 0
        return self._alike >= 100

    def let_go(self) -> None:
        """Alerts for all who wait for one: what waits in a thread would wait for ever."""
        if self._loop is not None and not self._loop.is_closed():
            for _ in range(MANY):
                self._loop.call_soon_threadsafe(self._ex.alerts.put_nowait, "over\n")


class Silence:
    """A buoy that does not answer, until it is let go."""

    def __init__(self) -> None:
        self._waits: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def wait(self, question: int) -> str:
        answered = asyncio.Event()
        self._waits.append((asyncio.get_running_loop(), answered))
        await answered.wait()
        return "over\n"

    def let_go(self) -> None:
        for loop, answered in self._waits:
            if not loop.is_closed():
                loop.call_soon_threadsafe(answered.set)
