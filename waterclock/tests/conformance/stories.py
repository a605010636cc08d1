"""One story per case: what the client got and when, how it ended, what the app saw. Told twice, and compared."""

import gc
import json
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from typing import Any

import fastapi.routing
from conformance.world import STEP, Real, Virtual

HERE = Path(__file__).parent

AT_ONCE = 24  # Real servers at a time: most of what they do is to wait.
PING = 1.5  # Steps of silence before a native event stream pings; FastAPI's own 15 s would be long to wait for.
_SHOWN = ("content-type", "content-length", "content-encoding", "content-range", "cache-control", "allow")

Case = Callable[[Any], None]


def _cases() -> Iterator[tuple[str, Case]]:
    """Every function of every file in `cases/` that takes a world. Its docstring says what it shows."""
    for path in sorted((HERE / "cases").glob("*.py")):
        module = import_module(f"conformance.cases.{path.stem}")
        for name, function in vars(module).items():
            if isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_"):
                yield name, function


CASES: dict[str, Case] = dict(_cases())


@dataclass(frozen=True)
class Answer:
    """What one client got. Times are in steps."""

    status: int | None
    headers: dict[str, str]
    chunks: list[tuple[float, str]]
    state: str
    ended_at: float | None


@dataclass(frozen=True)
class Story:
    answers: list[Answer]
    journal: list[str]
    """What the app noted, with times in steps; behind the line `collected:` is what only the garbage collector did."""
    complained: bool
    """Whether the server had an error to log."""

    def __str__(self) -> str:
        answers = "\n".join(
            f"{each.status} {json.dumps(each.headers)} {each.state} at {each.ended_at}\n    {each.chunks}"
            for each in self.answers
        )
        return f"{answers}\n  app: {self.journal}\n  server: {'logged an error' if self.complained else 'quiet'}"


def _answer(world: Any, exchange: Any) -> Answer:
    headers = {name: value for name, value in exchange.headers.items() if name in _SHOWN or name.startswith("x-")}
    chunks = [(world.since_request(exchange, at), _shown(content)) for at, content in exchange.chunks]
    if exchange in world.windowed:  # How much fits the buffers on the way is the kernel's business.
        whole = exchange.state == "ended"
        chunks = [(chunks[-1][0], f"{len(exchange.body)} bytes") if whole else (chunks[0][0], "some bytes")]
    ended_at = None if exchange.ended_at is None else world.since_request(exchange, exchange.ended_at)
    return Answer(exchange.status, headers, chunks, exchange.state, ended_at)


def _shown(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return f"{len(content)} bytes, 0x{content[:4].hex()}…"


def _act(world: Any, case: Case) -> list[Answer]:
    """The case, and one step for what comes after it. Nothing that happens later is part of the story."""
    case(world)
    world.wait(1)
    world.over = True
    return [_answer(world, each) for each in world.exchanges]


def _collect(worlds: Iterable[Any]) -> None:
    """Runs the garbage collector once for all of them, and notes what it does."""
    for world in worlds:
        world.over = False
        world.collect()
    gc.collect()


def virtual(name: str) -> Story:
    """The case in the lab."""
    world = Virtual()
    with _by_hand():
        try:
            answers = _act(world, CASES[name])
            complained = world.complaints()
            _collect([world])
            world.wait(0)
            return Story(answers, list(world.journal), complained)
        finally:
            world.close()


def real(names: list[str], *, step: float = STEP) -> dict[str, Story]:
    """The cases on real servers, several at a time. They all stay up until the garbage has been collected, once."""
    worlds = {name: Real(step) for name in names}
    with _by_hand(step):
        try:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                acting = {name: pool.submit(_act, world, CASES[name]) for name, world in worlds.items()}
                answers = {name: done.result() for name, done in acting.items()}
            complained = {name: world.complaints() for name, world in worlds.items()}
            _collect(worlds.values())
            time.sleep(0.1)  # The loops, each in its thread, now close the generators that were found.
            return {name: Story(answers[name], list(worlds[name].journal), complained[name]) for name in names}
        finally:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(lambda world: world.close(), worlds.values()))


@contextmanager
def _by_hand(step: float = STEP) -> Iterator[None]:
    """The garbage collector runs when it is called, on what is new since now, which is quick; and pings come soon."""
    interval, enabled = fastapi.routing._PING_INTERVAL, gc.isenabled()
    fastapi.routing._PING_INTERVAL = PING * step
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        fastapi.routing._PING_INTERVAL = interval
        if enabled:
            gc.enable()
