"""The app of lesson 01 does what its page says, on a real server."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from waterclock.live import Exchange, Server

from course.catalog import Catalog
from course.loading import load

FIVE = ["00:00 10.8 C", "01:00 9.8 C", "02:00 9.2 C", "03:00 9.0 C", "04:00 9.2 C"]


@pytest.fixture
def lesson() -> ModuleType:
    return load(Catalog().lesson("01").app)


@pytest.fixture
def server(lesson: ModuleType) -> Iterator[Server]:
    with Server(lesson.app) as server:
        yield server


class Station:
    """Answers only when the test lets it."""

    def __init__(self, lesson: ModuleType) -> None:
        self.asked: list[int] = []
        self._answers = threading.Semaphore(0)
        self._real = lesson.measure
        lesson.measure = self.measure

    def measure(self, hour: int, takes: float) -> str:
        self.asked.append(hour)
        assert self._answers.acquire(timeout=30)
        return self._real(hour, 0)

    def answer(self, times: int = 1) -> None:
        self._answers.release(times)


def lines(response: Exchange) -> list[str]:
    return [line for _, line in response.lines]


def test_both_ways_send_the_same_five_readings(server: Server) -> None:
    for how in ("list", "lazy"):
        response = server.get(f"/readings?how={how}&takes=0").wait(end=True)
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert response.state == "ended"
        assert lines(response) == FIVE


def test_lazy_sends_each_reading_before_the_next_is_measured(lesson: ModuleType, server: Server) -> None:
    station = Station(lesson)
    response = server.get("/readings?how=lazy").wait_headers()
    for number in range(1, 6):
        station.answer()
        response.wait(chunks=number)
    assert response.wait(end=True).http_chunks == [f"{line}\n".encode() for line in FIVE]


def test_list_sends_nothing_before_the_last_reading_is_measured(lesson: ModuleType, server: Server) -> None:
    station = Station(lesson)
    response = server.get("/readings?how=list")
    station.answer(4)
    server.until(lambda: station.asked == [0, 1, 2, 3, 4], "the station to be asked for the last reading")
    assert response.status is None  # Not even the headers have left.
    station.answer()
    assert lines(response.wait(end=True)) == FIVE


def test_lazy_stops_measuring_when_the_client_leaves(lesson: ModuleType, server: Server) -> None:
    station = Station(lesson)
    response = server.get("/readings?how=lazy&count=24").wait_headers()
    server.until(lambda: station.asked == [0], "the first reading to be asked for")
    response.leave()
    station.answer(24)
    server.until(lambda: server.running == 0, "the app to notice that the client has left")
    assert len(station.asked) < 24


def test_the_memory_of_the_list_grows_and_that_of_the_generator_does_not(server: Server) -> None:
    costs = {}
    for stations in (1, 3):
        for line in lines(server.get(f"/summary?stations={stations}").wait(end=True, within=20)):
            first, peak = map(float, re.fullmatch(r"....: first value +(.+) ms, peak memory +(.+) KiB", line).groups())
            costs[line[:4], stations] = (first, peak)
    (list_first, list_peak), (lazy_first, lazy_peak) = costs["list", 3], costs["lazy", 3]
    assert list_peak > 2 * costs["list", 1][1] > 200
    assert lazy_peak < 50
    assert lazy_first < list_first


@pytest.mark.parametrize(
    "path",
    [
        "/readings?how=both",
        "/readings?count=0",
        "/readings?count=25",
        "/readings?takes=-1",
        "/readings?takes=3600",
        "/readings?takes=nan",
        "/summary?stations=61",
    ],
)
def test_a_bad_query_is_refused_before_the_stream_begins(server: Server, path: str) -> None:
    assert server.get(path).wait(end=True).status == 422


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("pause.py", "called: nothing has happened yet\n      (measuring the first)\nnext: 10.8 C"),
        ("pipeline.py", "(read 'Gull Bay\\n')\nnext: Gull Bay"),
        ("ways_out.py", "the reader gets its error back: no room on the disk"),
    ],
)
def test_the_small_programs_print_what_the_page_says(
    script: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path: Path = Catalog().lesson("01").page.parent / script
    load(path)
    assert printed in capsys.readouterr().out
