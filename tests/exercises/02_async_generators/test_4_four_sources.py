"""
Grader for 02.4 four_sources: probes in the place of the sources say which thread and which loop used them.

No clock is asked whether a source blocks: a function that can see a running event loop holds that loop up.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

from course.grader import Exercise, criterion, expect, item, line
from waterclock.live import Exchange, NotSeen, Server

SHIPPED_STUB_FAILS = "test_the_logbook_is_not_read_on_the_event_loop"

POOL_ENDS = (
    "The end of the `with` waits for the thread, and the loop waits with it. `shutdown` does the same. "
    "Make a pool once, for the life of the server."
)
ON_THE_LOOP = "A plain function that is called in async code runs on the loop's own thread, `await` beside it or not."
POLLS = "Something looks into the queue every so often. `get` can be awaited, and returns the moment there is an alert."
OTHER_LOOP = (
    "`asyncio.run` starts a second event loop in a thread. The client belongs to the loop that the server runs on."
)
COLLECTED = "All lines are made before the first one leaves."
SIDE_BY_SIDE = "All questions are asked at once. The next one is asked when the last answer has left."
TOO_EARLY = "With arguments in parentheses it runs first, here and now, and what it returns is handed to the thread."
NOT_AWAITED = "What leaves is a promise of a line. Nobody has awaited it."
SECOND_LOOP = "`asyncio.run` starts a loop of its own, and here one runs already. Await instead."
FOR_NOBODY = "Something goes on for a reader who has gone: a task, or a thread, that nobody stops."
TAKEN = "The alert was taken out of the queue for the reader who had gone."
SHARED = "The two readers share something. Where a stream stands is kept in its own generator."
THREADS_GONE = (
    "Every silent reader keeps one of the 40 threads that `def` endpoints and plain generators share. None was left."
)

ERRORS = {
    "'coroutine' object": NOT_AWAITED,
    "asyncio.run() cannot be called": SECOND_LOOP,
    "not callable": TOO_EARLY,
}


class Silent:
    """What somebody waits for on the loop, and what never comes, until it is let go."""

    def __init__(self) -> None:
        self._waits: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def wait(self, *_: Any) -> str:
        gone = asyncio.Event()
        self._waits.append((asyncio.get_running_loop(), gone))
        await gone.wait()
        raise ConnectionError("the source was shut down")

    @property
    def waiting(self) -> int:
        return len(self._waits)

    def let_go(self) -> None:
        for loop, gone in self._waits:
            if not loop.is_closed():
                loop.call_soon_threadsafe(gone.set)


class SilentQueue(asyncio.Queue[str]):
    def __init__(self, silence: Silent) -> None:
        super().__init__()
        self._silence = silence

    async def get(self) -> str:
        return await self._silence.wait()


class Probe:
    """Stands in for a plain function. `takes`: seconds for each call, passed in the thread that calls."""

    def __init__(self, word: str, takes: float = 0.0) -> None:
        self.calls = 0
        self.on_a_loop = 0
        self._word, self._takes = word, takes

    def __call__(self, number: int) -> str:
        self.calls += 1
        self.on_a_loop += asyncio._get_running_loop() is not None
        if self._takes:
            time.sleep(self._takes)
        return f"{self._word} {number}\n"


class Buoy:
    """Stands in for the client of the buoy. It answers after a second, on the loop it belongs to."""

    def __init__(self, takes: float = 0.0) -> None:
        self.home: asyncio.AbstractEventLoop | None = None
        self.calls = 0
        self.strangers = 0
        self.at_once = 0
        self._asked = 0
        self._takes = takes

    async def ask(self, question: int) -> str:
        self.calls += 1
        if self.home is not None and asyncio.get_running_loop() is not self.home:
            self.strangers += 1  # Waiting here could take for ever: this loop's clock is another one.
        elif self._takes:
            self._asked += 1
            self.at_once = max(self.at_once, self._asked)
            await asyncio.sleep(self._takes)
            self._asked -= 1
        return f"buoy {question}\n"

    async def settle(self) -> AsyncIterator[None]:
        self.home = asyncio.get_running_loop()
        yield


@criterion
def test_the_logbook_is_not_read_on_the_event_loop(ex: Exercise) -> None:
    """The logbook, which blocks, is not read on the event loop."""
    page = Probe("page")
    ex.replace(read_page=page)
    client = ex.get("/logbook?count=2")
    ex.advance(1)
    not_on_the_loop(page, "read_page", client)
    all_lines(client, "/logbook", "page 0\npage 1\n")


@criterion(needs=test_the_logbook_is_not_read_on_the_event_loop)
def test_each_page_leaves_before_the_next_is_read(ex: Exercise) -> None:
    """Each page of the logbook leaves before the next is read."""
    ex.replace(read_page=Probe("page", takes=1))
    one_by_one(ex, "/logbook", "page")


@criterion
def test_the_model_does_not_compute_on_the_event_loop(ex: Exercise) -> None:
    """The model, which computes, does not compute on the event loop."""
    hour = Probe("hour")
    ex.replace(compute=hour)
    client = ex.get("/model?count=2")
    ex.advance(1)
    not_on_the_loop(hour, "compute", client)
    all_lines(client, "/model", "hour 0\nhour 1\n")


@criterion(needs=test_the_model_does_not_compute_on_the_event_loop)
def test_each_hour_leaves_before_the_next_is_computed(ex: Exercise) -> None:
    """Each hour of the model leaves before the next is computed."""
    ex.replace(compute=Probe("hour", takes=1))
    one_by_one(ex, "/model", "hour")


@criterion(
    needs=(test_each_page_leaves_before_the_next_is_read, test_each_hour_leaves_before_the_next_is_computed),
)
def test_a_reader_who_leaves_holds_nobody_up(ex: Exercise) -> None:
    """A reader who leaves in the middle of a page, or of an hour, holds nobody up."""
    ex.replace(read_page=Probe("page", takes=2), compute=Probe("hour", takes=2))
    neighbour = ex.drain(every_quarter(), called="line")
    clients = [ex.get(f"{path}?count=3") for path in ("/logbook", "/model")]
    ex.advance(to=2.5)
    for client in clients:
        client.leave()
    ex.advance(to=5)
    did = "left /logbook and /model at 2.5 s, and read something else beside them"
    why = POOL_ENDS if any("the threads of a pool" in each.what for each in ex.blocked) else None
    expect(neighbour, why=why, did=did).received(*(item(n, at=n / 4) for n in range(21)))
    expect(ex, why=why, did=did).did_not_block()


@criterion
def test_an_alert_leaves_the_moment_it_happens(ex: Exercise) -> None:
    """An alert leaves the moment it happens."""
    alerts: asyncio.Queue[str] = asyncio.Queue()
    gale = ex.feed(called="alert")

    async def happen() -> AsyncIterator[None]:
        async for text in gale:
            alerts.put_nowait(text)
            yield

    ex.replace(alerts=alerts)
    ex.drain(happen())
    client = ex.get("/alerts?count=2")
    gale.release("gale\n", at=5.03)
    gale.release("frost\n", at=7.77)
    ex.advance(to=9)
    did = "put an alert into the queue at 5.03 s and one at 7.77 s"
    no_error(client, did)
    late = client.lines and client.lines[0][0] > 5.031
    expect(client, why=POLLS if late else None, did=did).received(line("gale", at=5.03), line("frost", at=7.77))
    expect(client, did=did).ended()


@criterion
def test_the_buoy_is_asked_on_the_servers_own_loop(ex: Exercise) -> None:
    """The buoy is asked on the server's own event loop, and its answers leave one by one."""
    buoy = Buoy(takes=1)
    ex.replace(ask_buoy=buoy.ask)
    ex.drain(buoy.settle())
    client = ex.get("/buoy?count=3")
    ex.advance(to=4)
    did = "GET /buoy?count=3, each answer takes 1 s"
    no_error(client, did)
    expect.that(
        buoy.strangers == 0,
        did=did,
        expected="`ask_buoy` is awaited on the loop that the server runs on",
        observed="it ran on another event loop",
        why=OTHER_LOOP,
    )
    times = [at for at, _ in client.lines]
    why = SIDE_BY_SIDE if buoy.at_once > 1 else COLLECTED if times and times[0] >= 3 else None
    expect(client, why=why, did=did).received(line("buoy 0", at=1), line("buoy 1", at=2), line("buoy 2", at=3))
    expect(client, did=did).ended()


@criterion(
    needs=(
        test_a_reader_who_leaves_holds_nobody_up,
        test_an_alert_leaves_the_moment_it_happens,
        test_the_buoy_is_asked_on_the_servers_own_loop,
    ),
)
def test_nothing_is_done_for_a_reader_who_has_gone(ex: Exercise) -> None:
    """When a reader has left, no source is asked for them any more."""
    page, hour, buoy = Probe("page", takes=1), Probe("hour", takes=1), Buoy(takes=1)
    ex.replace(read_page=page, compute=hour, ask_buoy=buoy.ask)
    ex.drain(buoy.settle())
    clients = [ex.get(f"{path}?count=8") for path in ("/logbook", "/model", "/buoy")]
    ex.advance(to=2.5)
    for client in clients:
        client.leave()
    did = "left all three at 2.5 s, after two of eight lines"
    ex.advance(to=10)
    for calls, name in ((page.calls, "read_page"), (hour.calls, "compute"), (buoy.calls, "ask_buoy")):
        expect.that(
            calls <= 3,
            did=did,
            expected=f"`{name}` called three times at the most",
            observed=f"{calls} calls",
            why=FOR_NOBODY,
        )


@criterion(needs=test_nothing_is_done_for_a_reader_who_has_gone)
def test_two_readers_at_once_each_get_all_lines(ex: Exercise) -> None:
    """Two readers at once each get all lines from the first one on."""
    buoy = Buoy(takes=1)
    ex.replace(read_page=Probe("page", takes=1), compute=Probe("hour", takes=1), ask_buoy=buoy.ask)
    ex.drain(buoy.settle())
    for path, word in (("/logbook", "page"), ("/model", "hour"), ("/buoy", "buoy")):
        first = ex.get(f"{path}?count=3")
        ex.advance(1.5)
        second = ex.get(f"{path}?count=3")
        ex.advance(5)
        did = f"GET {path}?count=3, and again 1.5 s later"
        for client in (first, second):
            no_error(client, did)
            expect(client, why=SHARED if client.lines else None, did=did).text("".join(f"{word} {n}\n" for n in range(3)))


@criterion(
    live=True,
    needs=test_two_readers_at_once_each_get_all_lines,
)
def test_fifty_readers_of_each_hold_nobody_up(ex: Exercise) -> None:
    """With 50 readers of each source, a `def` endpoint and an async one still answer."""
    silence = Silent()
    page, hour = Probe("page", takes=0.02), Probe("hour", takes=0.02)
    ex.replace(read_page=page, compute=hour, alerts=SilentQueue(silence), ask_buoy=silence.wait)
    server = ex.live
    readers = [reader(server, path) for path in ("/alerts", "/buoy", "/logbook", "/model") for _ in range(50)]
    try:
        server.until(lambda: server.running == 200, "the server to work on 200 streams")
        server.until(lambda: silence.waiting >= 80, "at least 80 of 100 readers to wait for an alert or the buoy")
        for path in ("/now/async", "/now/def"):
            expect.that(
                answered(server.get(path)),
                did="opened 50 streams of each source, then asked " + path,
                expected=f"{path} answers while they are open",
                observed="no answer, as long as they are open",
                why=THREADS_GONE if path == "/now/def" else ON_THE_LOOP,
            )
        server.until(lambda: page.calls > 0 and hour.calls > 0, "lines of the logbook and of the model")
        still = server.running
        expect.that(still >= 200, expected="200 streams that are still open", observed=f"{still} of them")
    finally:
        for each in readers:
            each.close()
        silence.let_go()


@criterion(needs=test_fifty_readers_of_each_hold_nobody_up)
def test_an_alert_goes_to_a_reader_who_is_there(ex: Exercise) -> None:
    """An alert goes to a reader who is there, and not to one who has left."""
    alerts: asyncio.Queue[str] = asyncio.Queue()
    ex.replace(alerts=alerts)
    gone = ex.get("/alerts?count=1")
    ex.advance(to=2.5)
    gone.leave()
    there = ex.get("/alerts?count=1")
    ex.advance(to=10)
    alerts.put_nowait("gale\n")
    ex.advance(to=11)
    did = "left /alerts at 2.5 s, when somebody else came; at 10 s there was an alert"
    taken = alerts.empty() and not there.lines
    expect(there, why=TAKEN if taken else None, did=did).received(line("gale", at=10))


def reader(server: Server, path: str) -> socket.socket:
    """Somebody who asks for a stream without an end, and is in no hurry to read it: no thread of ours waits for it."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(f"GET {path}?count=1000000 HTTP/1.1\r\nHost: skylark\r\n\r\n".encode())
    return connection


def answered(answer: Exchange) -> bool:
    try:
        answer.wait(end=True, within=3)
    except NotSeen:
        return False
    return answer.status == 200


async def every_quarter() -> AsyncIterator[int]:
    clock = asyncio.get_running_loop().time
    for number in range(100):
        yield number
        await asyncio.sleep((number + 1) / 4 - clock())


def one_by_one(ex: Exercise, path: str, word: str) -> None:
    client = ex.get(f"{path}?count=3")
    ex.advance(4)
    times = [at for at, _ in client.lines]
    collected = len(times) > 1 and times[0] == times[-1]
    expect(client, why=COLLECTED if collected else None, did=f"GET {path}?count=3, each line takes 1 s").received(
        *(line(f"{word} {n}", at=n + 1) for n in range(3))
    )


def all_lines(client: Any, path: str, text: str) -> None:
    did = f"GET {path}?count=2"
    no_error(client, did)
    expect(client, did=did).status(200)
    expect(client, did=did).text(text).ended()


def no_error(client: Any, did: str | None = None) -> None:
    """What was raised says more than the lines that are missing because of it."""
    why = next((why for said, why in ERRORS.items() if said in (client.error or "")), None)
    expect(client, why=why, did=did).no_error()


def not_on_the_loop(probe: Probe, name: str, client: Any) -> None:
    if not probe.on_a_loop:
        no_error(client)
    seen = f"{probe.on_a_loop} of {probe.calls} calls ran on the event loop" if probe.calls else "it was not called"
    too_early = "not callable" in (client.error or "")
    expect.that(
        probe.calls > 0 and not probe.on_a_loop,
        expected=f"`{name}` is called in a thread without an event loop",
        observed=seen,
        why=TOO_EARLY if too_early else ON_THE_LOOP if probe.on_a_loop else None,
    )
