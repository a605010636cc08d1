"""`ex`: the learner's file in a fresh lab, as a grader sees it."""

import difflib
import inspect
import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, TypeVar

from waterclock.expectations import Unmet
from waterclock.feed import Connection, Feed, Source, Surroundings, SyncFeed
from waterclock.lab import Blocked, Exchange, Lab, Leftover, Reader
from waterclock.lab.asgi import Headers
from waterclock.live import Server

from course.catalog import Entry
from course.grader import probes
from course.grader.calls import must_be_iterable, shown, told
from course.grader.story import Story, place_of, place_of_route
from course.loading import load

_S = TypeVar("_S", bound=Source)
_C = TypeVar("_C", Exchange, Reader)


class Exercise:
    """
    The names of the learner's file are attributes: `ex.app`, `ex.ticker(1.0)`. One exercise serves one criterion.

    In the lab time moves only by `advance` and `until`. `ex.live` is the same app on a real server.
    """

    def __init__(self, entry: Entry, path: Path, *, live: bool = False) -> None:
        self.entry = entry
        self.path = path
        self.is_live = live
        self.story = Story()
        self.module: ModuleType
        self._lab: Lab | None = None
        self._server: Server | None = None
        self._folder: Path | None = None
        self._sources: list[Source] = []
        self._called: str | None = None  # The function of the file that was asked for last.
        self._real = Surroundings()

    def __enter__(self) -> "Exercise":
        self.module = load(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ExitStack() as closing:  # One that fails must not keep the others from being closed.
            if self._folder is not None:
                closing.callback(shutil.rmtree, self._folder, ignore_errors=True)
            if self._lab is not None:
                closing.callback(self._lab.__exit__, kind, error, trace)
            if self._server is not None:
                closing.callback(self._server.__exit__, None, None, None)
            for source in self._sources:
                source.run_dry()
                if self.is_live:
                    source.end()  # Nobody may wait for it when the server stops.

    # The learner's file.

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "module" not in self.__dict__:
            raise AttributeError(name)
        value = self._find(name)
        if not inspect.isfunction(value):
            return value
        self.story.seen = self.story.seen or place_of(value)
        self._called = name
        if (
            inspect.isgeneratorfunction(value)
            or inspect.isasyncgenfunction(value)
            or inspect.iscoroutinefunction(value)
        ):
            return told(value)  # Calling it runs nothing yet.
        return lambda *arguments, **named: self._call(value, *arguments, **named)

    def _call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        try:
            return self.lab.call(told(function), *arguments, **named)
        except BaseException:
            self.story.told(f"called {shown(function, arguments, named)}")
            raise

    def replace(self, **names: Any) -> None:
        """Puts these in the place of the names that the stub gives: its seams."""
        for name, value in names.items():
            self._find(name)
            setattr(self.module, name, value)

    def _find(self, name: str) -> Any:
        if hasattr(self.module, name):
            return getattr(self.module, name)
        own = [each for each in vars(self.module) if not each.startswith("_")]
        near = difflib.get_close_matches(name, own, n=1)
        raise Unmet(
            did="opened your file",
            expected=f"the name `{name}` in it",
            observed=f"there is no `{name}`" + (f"; there is `{near[0]}`" if near else ""),
            where=f"{self.path}:1",
        )

    # The lab.

    @property
    def lab(self) -> Lab:
        """The lab of this criterion, made when it is first needed, around the file's `app` if it has one."""
        if self._lab is None:
            self._lab = Lab(getattr(self.module, "app", None))
            self._lab.__enter__()
        return self._lab

    @property
    def now(self) -> float:
        return self.lab.now

    @property
    def blocked(self) -> list[Blocked]:
        """Calls that held up the event loop so far."""
        return self.lab.blocked

    @property
    def problems(self) -> list[str]:
        """Errors that nobody received."""
        return self.lab.problems

    def leftovers(self) -> list[Leftover]:
        """What is left behind at this moment."""
        return self.lab.leftovers()

    def advance(self, seconds: float = 0.0, *, to: float | None = None) -> None:
        """Lets time pass: so many seconds, or up to a moment."""
        self.story.waited(self.now + seconds if to is None else to)
        self.lab.advance(seconds, to=to)

    def until(self, condition: Callable[[], Any], within: float = 3600.0) -> bool:
        """Lets time pass, timer by timer, until the condition holds."""
        result = self.lab.until(condition, within)
        self.story.waited(self.now)
        return result

    def run(self, coroutine: Any) -> Any:
        """Runs a coroutine to its end in virtual time and returns its result."""
        return self.lab.run(coroutine)

    def request(self, method: str, path: str, headers: Headers = (), **options: Any) -> Exchange:
        """A request to the file's `app`. `body`, `json`, `window`: see `waterclock.lab.Lab.request`."""
        app = self._find("app")
        self.story.told(f"{method} {path}")
        self.story.seen = place_of_route(app, method, path) or self.story.seen
        return _observed(self, self.lab.request(method, path, headers=headers, **options))

    def get(self, path: str, headers: Headers = (), **options: Any) -> Exchange:
        return self.request("GET", path, headers, **options)

    def head(self, path: str, headers: Headers = (), **options: Any) -> Exchange:
        return self.request("HEAD", path, headers, **options)

    def post(self, path: str, headers: Headers = (), **options: Any) -> Exchange:
        return self.request("POST", path, headers, **options)

    def drain(self, source: Any, *, window: int | None = None, pause: float = 0.0, called: str | None = None) -> Reader:
        """A `waterclock.lab.Reader` over a plain generator. `called`: its items in words, for the verdict."""
        must_be_iterable(source, self._called)
        name = getattr(source, "__name__", None)
        self.story.told(f"read from {name}()" if name else "read from it")
        reader = self.lab.drain(source, window=window, pause=pause)
        reader.called = called
        return _observed(self, reader)

    # Sources.

    def feed(self, items: Iterable[Any] | None = None, *, close_takes: float = 0.0, called: str = "item") -> Feed:
        """An async generator. `items` None: silent until released. `called`: its items in words, for the verdict."""
        return self._source(Feed(items, self._around(), close_takes=close_takes), called)

    def connection(
        self, items: Iterable[Any] | None = None, *, close_takes: float = 0.0, called: str = "item"
    ) -> Connection:
        """An async source that only `aclose()` closes."""
        return self._source(Connection(items, self._around(), close_takes=close_takes), called)

    def sync_feed(self, items: Iterable[Any] | None = None, *, called: str = "item") -> SyncFeed:
        return self._source(SyncFeed(items, self._around()), called)

    def _source(self, source: _S, called: str) -> _S:
        self._sources.append(source)
        self.story.follow_source(source, called)
        return source

    def _around(self) -> Surroundings:
        return self._real if self.is_live else self.lab.surroundings

    # The real server, and instruments.

    @property
    def live(self) -> Server:
        """The file's `app` on a real uvicorn, started when it is first needed."""
        if self._server is None:
            if not self.is_live:
                raise TypeError("ex.live is for criteria that are marked live=True")
            app = self._find("app")
            self.story.told("started your app on a real server")
            self._server = Server(app)
            self._server.__enter__()
        return self._server

    @property
    def logged(self) -> list[str]:
        """What the real server logged so far; nothing if there is none."""
        return self._server.errors if self._server is not None else []

    @property
    def folder(self) -> Path:
        """An empty folder of this criterion's own."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="course-"))
        return self._folder

    def open_files(self, path: Path) -> list[probes.OpenFile]:
        """What this process holds open on that file, or below that folder."""
        return probes.open_files(path)

    def memory(self) -> AbstractContextManager[probes.Memory]:
        """Measures the memory that a block needs: `with ex.memory() as used: …; used.peak` in bytes."""
        return probes.memory()


def _observed(exercise: Exercise, client: _C) -> _C:
    leave = client.leave

    def told() -> None:
        exercise.story.told(f"the client left at {exercise.now:g} s" if exercise.now else "the client left")
        leave()

    client.leave = told  # type: ignore[method-assign]
    return client
