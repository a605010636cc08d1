"""`ex`: the learner's file in a fresh lab, as a grader sees it."""

import inspect
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from waterclock.feed import Surroundings
from waterclock.lab import Blocked, Exchange, Lab, Leftover, Reader
from waterclock.lab.asgi import Headers
from waterclock.live import Server

from course.catalog import Entry
from course.grader.calls import asked, must_be_iterable
from course.grader.learners_file import LearnersFile
from course.grader.neighbour import Neighbour
from course.grader.probes import Instruments
from course.grader.sources import Sources
from course.grader.stand_in import StandIn
from course.grader.story import Story, place_of, place_of_route
from course.grader.untidied import untidied
from waterclock import patches

_C = TypeVar("_C", Exchange, Reader)


class Exercise(Sources, Instruments):
    """
    The names of the learner's file are attributes: `ex.app`, `ex.ticker(1.0)`. One exercise serves one criterion.

    In the lab time moves only by `advance`, `until` and `finish`. `ex.live` is the same app on a real server. The file
    is loaded in an empty folder of its own, `ex.folder`: what it reads by a relative path is looked for there.
    """

    def __init__(self, entry: Entry, path: Path, *, live: bool = False) -> None:
        self.entry = entry
        self.path = path
        self.is_live = live
        super().__init__(Story())
        self.remarks: list[str] = []
        self.folder = Path()
        """An empty folder of this criterion's own, and the working directory."""
        self._file: LearnersFile
        self._lab: Lab | None = None
        self._server: Server | None = None
        self._closing = ExitStack()
        self._called: str | None = None  # The function of the file that was asked for last.

    def __enter__(self) -> "Exercise":
        self.folder = Path(tempfile.mkdtemp(prefix="course-")).resolve()
        self._closing.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._closing.callback(os.chdir, Path.cwd())
        os.chdir(self.folder)
        if not self.is_live:  # What the file keeps from here on (a clock, a pool's `submit`) is the lab's already.
            patches.apply()
            self._closing.callback(patches.undo)
        try:
            self._file = LearnersFile(self.path, getattr(self.entry, "stub", None))
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._closing as closing:  # One that fails must not keep the others from being closed.
            if self._lab is not None:
                closing.callback(self._lab.__exit__, kind, error, trace)
            if self._server is not None:
                closing.callback(self._server.__exit__, None, None, None)
            self._run_dry(end=self.is_live)

    # The learner's file.

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or "_file" not in self.__dict__:
            raise AttributeError(name)
        value = self._file.find(name)
        if not inspect.isfunction(value):
            return value
        self.story.seen = self.story.seen or place_of(value)
        self._called = name
        return asked(value, lambda: self.lab, self.story)

    def replace(self, **names: Any) -> None:
        """Puts these in the place of names that the stub gives. Who holds on to a function gets the new one, too."""
        for name, value in names.items():
            self._file.replace(name, value)

    def stand_in(self, name: str, answer: Callable[..., Any], *, takes: float = 0.0) -> StandIn:
        """
        A function in the place of one that the stub gives, async if that one is. A call takes `takes` seconds and gives
        `answer(…)`. For what it sees (`calls`, `at_once`, `on_the_loop` …) see `StandIn`.
        """
        stand_in = StandIn(answer, takes, home=None if self.is_live else lambda: self.lab.session.loop)
        self._file.replace(name, stand_in.awaited if self._file.is_async(name) else stand_in)
        return stand_in

    # What the verdict says.

    def did(self, sentence: str) -> None:
        """What the learner reads as "did" from here on; a client that was given a `did` of its own keeps that."""
        self.story.says = sentence

    def remark(self, sentence: str) -> None:
        """A note to the learner that is no fault: shown when the criterion has passed."""
        if sentence not in self.remarks:
            self.remarks.append(sentence)

    # The lab.

    @property
    def lab(self) -> Lab:
        """The lab of this criterion, made when it is first needed, around the file's `app` if it has one."""
        if self._lab is None:
            self._lab = Lab(getattr(self._file.module, "app", None))
            self._lab.__enter__()
        return self._lab

    @property
    def surroundings(self) -> Surroundings:
        """Where its sources are used."""
        return Surroundings() if self.is_live else self.lab.surroundings

    @property
    def now(self) -> float:
        return self.lab.now

    @property
    def blocked(self) -> list[Blocked]:
        """Calls that held up the event loop so far."""
        return self.lab.blocked

    def blocked_by(self, *words: str) -> bool:
        """Whether one of these words is in what held up the loop, or is its kind: "sleep", "the threads of a pool"."""
        return any(word == each.kind or word in each.what for each in self.blocked for word in words)

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

    def finish(self, client: _C, within: float = 3600.0) -> _C:
        """Lets time pass until the client's stream is over, by itself or broken; no longer than `within` seconds."""
        self.until(lambda: client.state != "open", within)
        return client

    def run(self, coroutine: Any) -> Any:
        """Runs a coroutine to its end in virtual time and returns its result."""
        return self.lab.run(coroutine)

    def request(
        self, method: str, path: str, headers: Headers = (), *, did: str | None = None, **options: Any
    ) -> Exchange:
        """
        A request to the file's `app`. `did`: what the learner reads when this client does not get what it should.
        `body`, `json`, `window`: see `waterclock.lab.Lab.request`.
        """
        app = self._file.find("app")
        self.story.told(f"{method} {path}")
        self.story.seen = place_of_route(app, method, path) or self.story.seen
        return self._observed(self.lab.request(method, path, headers=headers, **options), did)

    def get(self, path: str, headers: Headers = (), **options: Any) -> Exchange:
        """`request("GET", …)`."""
        return self.request("GET", path, headers, **options)

    def head(self, path: str, headers: Headers = (), **options: Any) -> Exchange:
        """`request("HEAD", …)`."""
        return self.request("HEAD", path, headers, **options)

    def post(self, path: str, headers: Headers = (), **options: Any) -> Exchange:
        """`request("POST", …)`."""
        return self.request("POST", path, headers, **options)

    def drain(
        self,
        source: Any,
        *,
        window: int | None = None,
        pause: float = 0.0,
        called: str | None = None,
        did: str | None = None,
    ) -> Reader:
        """A `waterclock.lab.Reader` over a plain generator. `called`: its items in words. `did`: as for `request`."""
        must_be_iterable(source, self._called)
        name = getattr(source, "__name__", None)
        self.story.told(f"read from {name}()" if name else "read from it")
        reader = self.lab.drain(source, window=window, pause=pause)
        reader.called = called
        return self._observed(reader, did)

    def _observed(self, client: _C, did: str | None) -> _C:
        """The story hears when the client leaves; what is said of the client is said with it."""
        client.did = did
        if did is not None:
            self.story.says = did
        leave = client.leave

        def told() -> None:
            self.story.told(f"the client left at {self.now:g} s" if self.now else "the client left")
            leave()

        client.leave = told  # type: ignore[method-assign]
        return client

    def neighbour(self, every: float = 0.25) -> Neighbour:
        """Somebody else on the same loop, who ticks every so many seconds. `neighbour.kept_its_pace()` judges it."""
        return Neighbour(self, every)

    # The real server, and instruments.

    @property
    def live(self) -> Server:
        """The file's `app` on a real uvicorn, started when it is first needed."""
        if self._server is None:
            if not self.is_live:
                raise TypeError("ex.live is for criteria that are marked live=True")
            app = self._file.find("app")
            self.story.told("started your app on a real server")
            self._server = Server(app)
            self._server.__enter__()
        return self._server

    @property
    def logged(self) -> list[str]:
        """What the real server logged so far."""
        return self._server.errors if self._server is not None else []

    def untidied(self) -> AbstractContextManager[None]:
        """Within it nothing is closed because Python lost sight of it: only what the learner's code closes is."""
        if not self.is_live:
            _ = self.lab  # Made first: it has its own eye on files, and is closed last.
        return untidied()
