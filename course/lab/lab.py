"""The lab: an app, or a plain generator, in virtual time."""

import gc
import json as json_module
from collections.abc import Callable, Iterable
from typing import Any

from course.feed import Connection, Feed, SyncFeed
from course.lab import frames, leftovers
from course.lab.asgi import Headers, http_scope
from course.lab.blocking import Blocked
from course.lab.clock import TOLERANCE
from course.lab.errors import EndlessLoop, LabError
from course.lab.exchange import ASGIApp, Exchange
from course.lab.leftovers import Leftover
from course.lab.machinery import Machinery
from course.lab.reader import Reader

_DAY = 86_400.0


class Lab(Machinery):
    """
    One app in virtual time. A context manager: it enters the app's lifespan and leaves it.

    Nothing moves by itself. Requests, leaving, reading and feeds act at once, at the present moment; time passes only
    in `advance` and `until`. All times are virtual seconds since the lab began.

    `app`: an ASGI app, or None to judge plain generators. `seed`: for `random`, so that two runs tell the same story.
    `patience`: real seconds before code that does not give the control back is cut off. `max_sends`: how many chunks
    may be sent in one instant.
    """

    # Time.

    def advance(self, seconds: float = 0.0, *, to: float | None = None) -> None:
        """
        Lets `seconds` pass, or time go on until the moment `to`. All that is due until then happens.

        Raises `EndlessLoop` or `NoTimePasses`, with file and line, when the code under test does not let time pass.
        """
        limit = self.now + seconds if to is None else to
        # Not compared with `now`: `time.sleep` on the event loop may have carried it past what was asked for.
        if limit < self.loop.clock.limit - TOLERANCE:
            raise ValueError(f"time does not run backwards: it is {self.now:g} s, you asked for {limit:g} s")
        self.run_until(limit)

    def until(self, condition: Callable[[], Any], within: float = 3600.0) -> bool:
        """Lets time pass, timer by timer, until `condition()` holds. False if it does not hold `within` seconds."""
        end = self.now + within
        self.settle()
        while not condition():
            due = self.loop.clock.next_timer
            if due is None or due > end:
                self.run_until(end)
                return bool(condition())
            self.run_until(due)
        return True

    # Requests and readers.

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Headers = (),
        body: bytes | Iterable[bytes] = b"",
        json: Any = None,
        window: int | None = None,
        app: ASGIApp | None = None,
    ) -> Exchange:
        """
        Sends a request at this moment and returns what comes of it. `path` may hold a query, percent-encoded.

        `body`: bytes, or several pieces of one body. `json`: a value to send as JSON. `window`: see `Exchange`.
        """
        served = app or self.app
        if served is None:
            raise ValueError("this lab has no app: give it one, or use drain() for a plain generator")
        sent = list(headers.items() if hasattr(headers, "items") else headers)
        if json is not None:
            body = json_module.dumps(json, ensure_ascii=False).encode()
            sent.append(("content-type", "application/json"))
        if isinstance(body, bytes) and body:
            sent.append(("content-length", str(len(body))))
        scope = http_scope(method, path, sent, self.lifespan.state if self.lifespan else None)
        exchange: Exchange = self.thread.run(lambda: Exchange(self, served, scope, body, window))
        self.exchanges.append(exchange)
        self.settle()
        return exchange

    def get(self, path: str, **options: Any) -> Exchange:
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> Exchange:
        return self.request("HEAD", path, **options)

    def post(self, path: str, **options: Any) -> Exchange:
        return self.request("POST", path, **options)

    def drain(self, source: Any, *, window: int | None = None, pause: float = 0.0) -> Reader:
        """Reads a plain generator or any iterable, sync or async, from this moment on. See `Reader`."""
        reader: Reader = self.thread.run(lambda: Reader(self, source, window, pause))
        self.readers.append(reader)
        self.settle()
        return reader

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """
        Calls a plain function in a worker thread and returns what it returns; `time.sleep` in it takes virtual time.

        Raises what it raises, or `EndlessLoop` if it does not come back.
        """
        future: Any = None

        def start() -> Any:
            made = self.loop.create_future()
            made.add_done_callback(lambda done: done.cancelled() or done.exception())
            self.loop.threads.start(made, lambda: function(*arguments, **named))
            return made

        future = self.thread.run(start)
        self.settle()
        if not self.until(future.done, within=_DAY):
            places = [place for ident in list(self.loop.threads.at_work) if (place := frames.place_of_loop(ident))]
            said = f"{getattr(function, '__name__', 'the function')}() did not come back within a day"
            raise EndlessLoop(said, places[0] if places else None)
        return future.result()

    def run(self, coroutine: Any, within: float = _DAY) -> Any:
        """Runs a coroutine to its end and returns its result, at most `within` virtual seconds."""

        def start() -> Any:
            task = self.loop.create_task(coroutine)
            self.loop.own_tasks.add(task)
            return task

        task = self.thread.run(start)
        self.settle()
        if not self.until(task.done, within=within):
            raise LabError(f"the coroutine did not end within {within:g} s")
        return task.result()

    # Sources.

    def feed(self, items: Iterable[Any] | None = None, *, close_takes: float = 0.0) -> Feed:
        """An async generator that hands out what it is told to. See `course.feed`."""
        return Feed(items, self.surroundings, close_takes=close_takes)

    def connection(self, items: Iterable[Any] | None = None, *, close_takes: float = 0.0) -> Connection:
        """An async source that only `aclose()` closes."""
        return Connection(items, self.surroundings, close_takes=close_takes)

    def sync_feed(self, items: Iterable[Any] | None = None) -> SyncFeed:
        return SyncFeed(items, self.surroundings)

    def client(self, app: ASGIApp, **options: Any) -> Any:
        """An `httpx2.AsyncClient` for code inside the lab that reads another app while that one is still sending."""
        import httpx2

        from course.lab.upstream import Upstream

        return httpx2.AsyncClient(transport=Upstream(app), base_url=options.pop("base_url", "http://lab"), **options)

    # Findings.

    @property
    def blocked(self) -> list[Blocked]:
        """Calls that held up the event loop. Reading a local file is among them, as kind "file"."""
        return list(self.loop.blocked)

    @property
    def problems(self) -> list[str]:
        """Errors that nobody received: of tasks that were dropped, of callbacks."""
        return list(self.loop.problems)

    def leftovers(self) -> list[Leftover]:
        """
        What is still there that the lab did not start itself: tasks, async generators that were not closed, worker
        threads at work, files and coroutines that only the garbage collector saw.
        """
        gc.collect()
        self.settle()
        found: list[Leftover] = self.thread.run(lambda: leftovers.tasks(self.loop, self.loop.own_tasks))
        found += [
            Leftover("task", f"{each.method} {each.path} is still being served", leftovers.place_of_task(each.task))
            for each in self.exchanges
            if each.state != "open" and not each.task.done()
        ]
        found += self.loop.generators.open() + self.loop.generators.collected + self.warned.leftovers()
        found += [
            Leftover("thread", "a worker thread still runs", frames.place_of_thread(ident))
            for ident in list(self.loop.threads.at_work)
        ]
        return found
