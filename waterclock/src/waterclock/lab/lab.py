"""The lab: an app, or a plain generator, in virtual time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from waterclock.errors import LabError
from waterclock.feed import FeedMaker, Surroundings
from waterclock.lab import calls, connecting, findings
from waterclock.lab.beyond import Findings
from waterclock.lab.blocking import Blocked
from waterclock.lab.calls import LONGEST
from waterclock.lab.clock import TOLERANCE
from waterclock.lab.exchange import Exchange
from waterclock.lab.findings import without
from waterclock.lab.leftovers import Leftover
from waterclock.lab.own import Judged
from waterclock.lab.reader import Reader
from waterclock.lab.request import resolve
from waterclock.lab.session import ASGIApp, RunsIn, Session
from waterclock.lab.shutdown import Shutdown
from waterclock.lab.watchdog import Patience
from waterclock.lab.websocket import WebSocket
from waterclock.patches.clocks import epoch_of
from waterclock.verbs import Verbs


class Lab(Verbs[Exchange], FeedMaker):
    """
    One app in virtual time. A context manager: it enters the app's lifespan and leaves it.

    Nothing moves by itself. Requests, leaving, reading and feeds act at once, at the present moment; time passes only
    in `advance` and `until`. All times are virtual seconds since the lab began.

    `app`: an ASGI app, "module:name" of one, or None to judge plain generators. `seed`: for `random`, so that two runs
    tell the same story. `patience`: real seconds before code that does not give the control back is cut off.
    `max_sends`: how many chunks may be sent in one instant. `starts`: the date and time at which the lab begins, for
    `datetime.now()` and `time.time()`; without a time zone it is UTC. `own`: names of installed packages that are
    judged like your own code; that of the app is found. `ignore`: what `blocked` and `leftovers` leave out, by a part
    of a name or of a file's path. `beyond`: whether leaving the `with` raises `CannotJudge` when something was beyond
    the lab and nobody has looked at `lab.beyond`. `runs_in`: see `waterclock.lab.runner`.
    """

    def __init__(
        self,
        app: ASGIApp | str | None = None,
        *,
        seed: int = 0,
        patience: Patience | None = None,
        max_sends: int = 10_000,
        starts: datetime | None = None,
        own: Sequence[str] = (),
        ignore: Sequence[str] = (),
        beyond: Literal["raise", "note"] = "raise",
        runs_in: RunsIn = "thread",
    ) -> None:
        self.app: ASGIApp | None = resolve(app) if app is not None else None
        self._ignore = (ignore,) if isinstance(ignore, str) else tuple(ignore)
        self._own = [*((own,) if isinstance(own, str) else own)]
        self._beyond = beyond
        self._judged = Judged()
        self._session = Session(
            seed=seed, patience=patience or Patience(), max_sends=max_sends, epoch=epoch_of(starts), runs_in=runs_in
        )

    def __enter__(self) -> Self:
        self._judged.add(self.app, self._own)
        try:
            self._session.open(self.app)
        except BaseException:
            self._judged.forget()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except LabError:
            if error is None:
                raise
        verdict = self._session.beyond.unseen() if self._beyond == "raise" and error is None else None
        if verdict is not None:
            raise verdict

    def close(self) -> None:
        """
        Leaves the lifespan, cancels what still runs, and gives everything back. A second call does nothing.

        Raises `EndlessLoop` if something does not stop, unless that was said before.
        """
        try:
            self._session.close()
        finally:
            self._judged.forget()

    def __repr__(self) -> str:
        if not self._session.is_open:
            return "<Lab, not open>"
        clients = [each for each in self._session.clients if each.state == "open"]
        return f"<Lab at {self.now:g} s, {len(clients)} of {len(self._session.clients)} clients open>"

    @property
    def session(self) -> Session:
        """What drives it. Raises `LabError` outside of the `with`."""
        if not self._session.is_open:
            if self._session.was_open:
                raise LabError("This lab is closed: its time is over.")
            raise LabError(
                "This lab is not open. A Lab is a context manager: `with Lab(app) as lab:`, and everything inside."
            )
        return self._session

    @property
    def clients(self) -> list[Any]:
        """All exchanges, readers and WebSockets so far."""
        return list(self._session.clients)

    @property
    def surroundings(self) -> Surroundings:
        return self.session.surroundings

    # Time.

    @property
    def now(self) -> float:
        """Virtual seconds since the lab began."""
        return self._session.now

    def advance(self, seconds: float = 0.0, *, to: float | None = None) -> None:
        """
        Lets `seconds` pass, or time go on until the moment `to`. All that is due until then happens.
        Raises `EndlessLoop`, `NoTimePasses` or `StandsStill`, with file and line, when the code under test does not let
        time pass.
        """
        limit = self.now + seconds if to is None else to
        # Not compared with `now`: `time.sleep` on the event loop may have carried it past what was asked for.
        if limit < self.session.loop.clock.limit - TOLERANCE:
            raise ValueError(f"time does not run backwards: it is {self.now:g} s, you asked for {limit:g} s")
        self.session.run_until(limit)

    def until(self, condition: Callable[[], Any], within: float = 3600.0) -> bool:
        """Lets time pass, timer by timer, until `condition()` holds. False if it does not hold `within` seconds."""
        return self.session.until(condition, within)

    def set_clock(self, by: float) -> None:
        """Somebody sets the machine's clock, by so many seconds: `time.time()` and `datetime.now()` jump."""
        self.session.loop.epoch += by

    # Requests and readers.

    def request(
        self, method: str, path: str, *, window: int | None = None, app: ASGIApp | None = None, **asked: Any
    ) -> Exchange:
        """
        Sends a request at this moment and returns what comes of it. `path` may hold a query, or be a whole address.

        `params`: the query, as a mapping; lists repeat a name. `headers`, `cookies`: mappings. Of `body`, `json`,
        `data` (a form) and `files` one: see `waterclock.lab.request.build`. `body` is bytes, text, or pieces over time:
        a feed, an iterable, a generator, sync or async. `window`: see `Exchange`.
        """
        served = resolve(app) if app is not None else self.app
        return connecting.exchange(self.session, served, method, path, window, asked)

    def websocket(
        self, path: str, *, subprotocols: Sequence[str] = (), window: int | None = None, **asked: Any
    ) -> WebSocket:
        """Opens a WebSocket at this moment. `headers`, `params`, `cookies` as for a request. See `WebSocket`."""
        return connecting.websocket(self.session, self.app, path, subprotocols, window, asked)

    def shutdown(self, timeout: float | None = None) -> Shutdown:
        """
        What a server does when it is asked to stop (SIGTERM), from this moment on. See `Shutdown`.

        `timeout`: `--timeout-graceful-shutdown` of uvicorn, in seconds; None waits for open streams for ever.
        """
        session = self.session
        session.runner.run(lambda: session.begin_shutdown(timeout))
        session.settle()
        assert session.shutdown is not None
        return session.shutdown

    def drain(self, source: Any, *, window: int | None = None, pause: float = 0.0) -> Reader:
        """Reads a plain generator or any iterable, sync or async, from this moment on. See `Reader`."""
        self._judged.add(source)
        reader: Reader = self.session.runner.run(lambda: Reader(self.session, source, window, pause))
        self.session.clients.append(reader)
        self.session.settle()
        return reader

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """
        Calls a plain function in a worker thread and returns what it returns; `time.sleep` in it takes virtual time.

        Raises what it raises, or `EndlessLoop` if it does not come back.
        """
        self._judged.add(function)
        return calls.function(self.session, function, arguments, named)

    def run(self, coroutine: Any, within: float = LONGEST) -> Any:
        """Runs a coroutine to its end and returns its result, at most `within` virtual seconds."""

        self._judged.add(coroutine)
        return calls.coroutine(self.session, coroutine, within)

    def client(self, app: ASGIApp, *, sync: bool = False, **options: Any) -> Any:
        """
        An `httpx2.AsyncClient` for code inside the lab that reads another app while that one is still sending.

        `sync`: an `httpx2.Client`, for code in threads, and for rude code on the event loop. Needs httpx2.
        """
        from waterclock.lab.upstream import client  # Needs httpx2, which few tests do.

        return client(app, sync=sync, **options)

    # Findings. They can be asked for after the end as well.

    @property
    def blocked(self) -> list[Blocked]:
        """Calls that held up the event loop. Reading a local file is among them, as kind "file"."""
        return without(self._found().loop.blocked, self._ignore)

    @property
    def problems(self) -> list[str]:
        """Errors that nobody received: of tasks that were dropped, of callbacks; and what could not be judged."""
        session = self._found()
        return [*session.loop.problems, *(str(each) for each in session.beyond)]

    @property
    def beyond(self) -> Findings:
        """
        What the lab could not bring under its clock: sockets and child processes that answer late, sleeps that take
        real time. As long as there is something, a verdict cannot rest on times. Who looks is answerable.
        """
        return self._found().beyond

    def leftovers(self, ignore: Sequence[str] = ()) -> list[Leftover]:
        """
        What is still there although the request that began it is over: tasks, generators that were not closed, sync or
        async, files, threads, coroutines that nobody awaited.

        What open requests and the lifespan began is theirs, and is not among it.
        """
        more = (ignore,) if isinstance(ignore, str) else ignore
        return without(findings.leftovers(self.session), [*self._ignore, *more])

    def _found(self) -> Session:
        return self._session if self._session.was_open else self.session
