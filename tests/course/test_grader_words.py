"""What a grader is written with: stand-ins, a neighbour, a world untidied, the folder, the words of a verdict."""

import ast
import gc
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from course.catalog import Catalog, Entry
from course.grader import Exercise, Unmet, chunk, expect, file_reads, item, matching

SENSOR = """
import asyncio, functools, gzip, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
ARCHIVE = Path("archive").resolve()

def measure(hour: int = 0) -> str:
    time.sleep(2)
    return "real"

async def ask(question: int) -> str:
    await asyncio.sleep(2)
    return "real"

async def written():
    yield "real"

kept = functools.partial(measure, 1)
table = {"sensor": measure}
cached = functools.cache(measure)

def by_default(ask=measure):
    yield ask(1)

def by_table():
    yield table["sensor"](hour=1)

def by_partial():
    yield kept()

def with_a_default(make):
    @functools.wraps(make)
    def called(hour=7):
        return make(hour, measure)
    return called

@with_a_default
def wrapped(hour, ask):
    yield ask(hour)

async def on_the_loop():
    yield measure(1)

async def beside_the_loop():
    yield await asyncio.to_thread(measure, 1)

async def side_by_side():
    for reading in await asyncio.gather(*(asyncio.to_thread(measure, 1) for _ in range(3))):
        yield reading

async def waits_for_the_thread():
    with ThreadPoolExecutor() as pool:
        yield pool.submit(measure, 1).result()

async def awaits():
    yield await ask(1)

async def on_a_loop_of_its_own():
    yield await asyncio.to_thread(lambda: asyncio.run(ask(1)))

async def rude():
    time.sleep(1)
    yield 1

async def reads_on_the_loop(path):
    with gzip.open(path) as file:
        yield file.read()

async def reads_in_a_thread(path):
    with gzip.open(path) as file:
        yield await asyncio.to_thread(file.read)

def reads_packed(path):
    with gzip.open(path) as file:
        yield file.read()

def leaky(path):
    file = open(path, "rb")
    yield file.read(1)

@app.get("/measured")
def measured(reading: str = Depends(measure)):
    return reading

@app.get("/dots")
async def dots():
    async def three():
        for _ in range(3):
            yield "."
            await asyncio.sleep(1)
    return StreamingResponse(three())
"""


@pytest.fixture
def ex(tmp_path: Path) -> Iterator[Exercise]:
    file = tmp_path / "1_sensor.py"
    file.write_text(SENSOR, encoding="utf-8")
    with Exercise(entry(tmp_path, file), file) as exercise:
        yield exercise


def entry(root: Path, path: Path) -> Entry:
    made = object.__new__(Entry)
    values: dict[str, Any] = {"id": "01.1", "path": path, "stub": path, "root": root}
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


# Stand-ins.


@pytest.mark.parametrize("name", ["by_default", "by_table", "by_partial"])
def test_whoever_holds_a_function_gets_its_stand_in(ex: Exercise, name: str) -> None:
    sensor = ex.stand_in("measure", lambda hour: f"{hour} C", takes=1)
    client = ex.drain(getattr(ex, name)())
    ex.advance(2)
    expect(client).received(item("1 C", at=1), end=1)
    assert (sensor.calls, sensor.done, sensor.at_once, sensor.on_the_loop) == (1, 1, 1, 0)


def test_a_decorated_function_is_called_by_the_parameters_that_it_has_now(ex: Exercise) -> None:
    ex.stand_in("measure", lambda hour: f"{hour} C")
    expect(ex.drain(ex.wrapped())).received(item("7 C"))
    with pytest.raises(Unmet, match=r"wrapped\(hour=7\): too many positional arguments"):
        ex.wrapped(1, 2)


def test_what_the_learner_wrapped_around_a_function_stays(ex: Exercise) -> None:
    sensor = ex.stand_in("measure", lambda hour: "9.8 C")
    assert [ex.cached(1), ex.cached(1)] == ["9.8 C", "9.8 C"]
    assert sensor.calls == 1


def test_a_stand_in_has_the_parameters_of_the_function(ex: Exercise) -> None:
    ex.stand_in("measure", lambda hour=0: f"{hour} C")
    with pytest.raises(TypeError, match="unexpected keyword argument 'day'"):
        ex.lab.call(ex._file.module.measure, day=2)
    client = ex.get("/measured?hour=3")  # FastAPI reads them, too.
    ex.advance(1)
    expect(client).text('"3 C"')


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("on_the_loop", {"on_the_loop": 1, "at_once": 1, "loop_stood_still": False}),
        ("beside_the_loop", {"on_the_loop": 0, "at_once": 1, "loop_stood_still": False}),
        ("side_by_side", {"on_the_loop": 0, "at_once": 3, "loop_stood_still": False}),
        ("waits_for_the_thread", {"on_the_loop": 0, "at_once": 1, "loop_stood_still": True}),
    ],
)
def test_a_stand_in_sees_where_it_was_called(ex: Exercise, name: str, seen: dict[str, Any]) -> None:
    sensor = ex.stand_in("measure", lambda hour: "9.8 C", takes=1)
    ex.drain(getattr(ex, name)())
    ex.advance(5)
    assert {name: getattr(sensor, name) for name in seen} == seen


@pytest.mark.parametrize(("name", "elsewhere"), [("awaits", 0), ("on_a_loop_of_its_own", 1)])
def test_an_async_stand_in_knows_the_servers_loop(ex: Exercise, name: str, elsewhere: int) -> None:
    buoy = ex.stand_in("ask", lambda question: f"buoy {question}", takes=1)
    client = ex.drain(getattr(ex, name)())
    ex.advance(5)
    expect(client).no_error().received(item("buoy 1"))
    assert (buoy.calls, buoy.on_another_loop) == (1, elsewhere)


def test_an_async_stand_in_may_await_its_answer(ex: Exercise) -> None:
    async def never(question: int) -> str:
        raise ConnectionError(f"question {question} was not answered")

    ex.stand_in("ask", never)
    client = ex.drain(ex.awaits())
    ex.advance(1)
    assert client.error == "ConnectionError: question 1 was not answered"


def test_a_source_stands_in_for_a_generator(ex: Exercise) -> None:
    lines = ex.feed(called="line")
    ex.replace(written=lambda: lines)
    assert ex.written() is lines


# The folder, the neighbour, what nobody tidies up.


def test_the_file_is_loaded_in_an_empty_folder_of_its_own(ex: Exercise) -> None:
    assert ex.ARCHIVE == ex.folder / "archive"  # Read when it was loaded, and still in the right place.
    assert Path.cwd() == ex.folder
    assert not list(ex.folder.iterdir())


def test_the_folder_is_gone_afterwards_and_the_old_one_is_back(tmp_path: Path) -> None:
    file, before = tmp_path / "1_sensor.py", Path.cwd()
    file.write_text(SENSOR, encoding="utf-8")
    with Exercise(entry(tmp_path, file), file) as ex:
        (ex.folder / "note.txt").write_text("fog")
    assert (ex.folder.exists(), Path.cwd()) == (False, before)


def test_a_neighbour_keeps_its_pace_beside_code_that_waits(ex: Exercise) -> None:
    ex.advance(1.3)
    beside = ex.neighbour(every=0.25)
    ex.drain(ex.awaits())
    ex.advance(4)
    beside.kept_its_pace()


def test_a_neighbour_tells_of_code_that_blocks(ex: Exercise) -> None:
    beside = ex.neighbour(every=0.25)
    ex.drain(ex.rude())
    ex.advance(4)
    with pytest.raises(Unmet) as raised:
        beside.kept_its_pace(lambda: "It sleeps." if ex.blocked_by("sleep") else None)
    assert raised.value.why == "It sleeps."
    assert "tick" in raised.value.observed


def test_untidied_shows_what_was_not_closed(ex: Exercise, tmp_path: Path) -> None:
    path = ex.folder / "note.txt"
    path.write_text("fog")
    with ex.untidied():
        for _ in ex._file.module.leaky(path):
            pass
        assert not gc.isenabled()
        assert len(ex.open_files(path)) == 1
    assert gc.isenabled()
    gc.collect()
    assert not ex.open_files(path)


def test_finish_waits_until_the_stream_is_over(ex: Exercise) -> None:
    client = ex.finish(ex.get("/dots"))
    expect(client).received(chunk("."), chunk("."), chunk("."), end=3)
    assert ex.now == 3
    assert ex.finish(ex.get("/dots"), within=1).state == "open"


# Files.


def test_reads_of_a_file_are_seen_where_they_happen(ex: Exercise) -> None:
    packed = ex.folder / "packed.gz"
    packed.write_bytes(gzip.compress(b"0123456789"))
    with file_reads(ex.lab, ex.folder) as file:
        ex.finish(ex.drain(ex.reads_in_a_thread(packed)))
        assert (file.count > 0, file.on_the_loop) == (True, 0)
        assert file.furthest == packed.stat().st_size
        ex.finish(ex.drain(ex.reads_on_the_loop(packed)))
    assert file.on_the_loop > 0


def test_opening_and_reading_take_their_time(ex: Exercise) -> None:
    packed = ex.folder / "packed.gz"
    packed.write_bytes(gzip.compress(b"0123456789"))
    with file_reads(ex.lab, ex.folder, takes=2):
        client = ex.drain(ex.reads_packed(packed))
        assert ex.finish(client).items == [(4, b"0123456789")]
    assert ex.finish(ex.drain(ex.reads_packed(packed))).items == [(4, b"0123456789")]


# What the verdict says.


def test_why_is_asked_for_on_failure_only(ex: Exercise) -> None:
    asked: list[int] = []

    def why() -> str:
        asked.append(1)
        return "Because."

    client = ex.finish(ex.get("/dots"))
    expect(client, why=why).status(200)
    assert not asked
    assert unmet(lambda: expect(client, why=why).status(404)).why == "Because."


def test_what_was_done_with_a_client_is_said_with_it(ex: Exercise) -> None:
    first = ex.get("/dots", did="asked for dots")
    second = ex.get("/dots", did="asked again")
    assert unmet(lambda: expect(first).status(404)).did == "asked for dots"
    assert unmet(lambda: expect(second).status(404)).did == "asked again"
    assert str(ex.story) == "asked again"
    ex.did("left both")
    assert str(ex.story) == "left both"
    assert unmet(lambda: expect(first, did="looked closer").status(404)).did == "looked closer"


def test_an_error_is_told_by_a_part_of_its_text() -> None:
    whys = {"not callable": "Called too early.", "never awaited": "Nobody awaits it."}
    assert matching("TypeError: 'str' object is not callable", whys) == "Called too early."
    assert matching("OSError: gone", whys) is None
    assert matching(None, whys) is None


def unmet(expectation: Callable[[], object]) -> Unmet:
    with pytest.raises(Unmet) as raised:
        expectation()
    return raised.value


def given_names(stub: Path) -> set[str]:
    found = set()
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


@pytest.mark.parametrize("entry", [pytest.param(each, id=each.id) for each in Catalog().entries()])
def test_no_name_of_a_stub_is_hidden_by_a_member_of_ex(entry: Entry) -> None:
    members = {name for name in dir(Exercise(entry, entry.path)) if not name.startswith("_")}
    assert not given_names(entry.stub) & members
