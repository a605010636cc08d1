"""The course server at work: what is saved becomes verdicts and pages, for everybody who listens, and it ends well."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from waterclock.live import Exchange, Server
from waterclock.live.serving import listen
from waterclock.sse import Event

from course.sandbox.grader import Grader
from course.saves import Saves
from course.server import make_app, rebuilding
from course.server.board import Board
from course.server.hub import WAITING
from course.site.build import STAMP, build, fingerprint

PATIENCE = 60.0  # seconds; what is waited for takes about one, on a machine with nothing else to do

GLUED = 'def dots(count):\n    return ["." * count]\n'
RIGHT = 'def dots(count):\n    yield from "." * count\n'
SQUARE = "def square(number):\n    return number * number\n"
MKDOCS = "site_name: dots\ndocs_dir: lessons\nplugins: []\nexclude_docs: '*.py'\n"


def told(page: Exchange, *kinds: str) -> list[Event]:
    """The events that a page got, of these kinds or of all."""
    return [event for _, event in page.events if isinstance(event, Event) and (not kinds or event.type in kinds)]


def data(event: Event) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(event.data)
    return parsed


def reports(page: Exchange, exercise: str = "01.1") -> list[dict[str, Any]]:
    return [found for found in map(data, told(page, "report")) if found["id"] == exercise]


def state(server: Server, path: str = "/course/exercises") -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(server.get(path, timeout=PATIENCE).wait(end=True).body)
    return answer


@pytest.fixture
def server(small) -> Iterator[Server]:  # type: ignore[no-untyped-def]
    with Server(make_app(small.root)) as server:
        yield server
    assert server.errors == []


@pytest.fixture
def page(server: Server) -> Exchange:
    """A page that listens."""
    return server.get("/course/events", timeout=PATIENCE).wait(chunks=1)


def judged(server: Server, page: Exchange, number: int = 1) -> dict[str, Any]:
    """The report with that number on 01.1, as soon as the page has it."""
    server.until(lambda: len(reports(page)) >= number, f"report {number} on 01.1", PATIENCE)
    return reports(page)[number - 1]


# --- a saved exercise ---------------------------------------------------------------------------


def test_a_right_answer_is_checked_criterion_by_criterion_and_passes(small, server: Server, page: Exchange) -> None:  # type: ignore[no-untyped-def]
    small.answer(RIGHT)
    report = judged(server, page)

    assert [event.type for event in told(page)] == ["checking", "verdict", "verdict", "verdict", "report"]
    assert [event.last_event_id.split("-")[1] for event in told(page)] == ["1", "2", "3", "4", "5"]
    assert [data(event)["verdict"]["state"] for event in told(page, "verdict")] == ["passed"] * 3
    assert (report["state"], report["passed"], report["total"]) == ("passed", 3, 3)
    assert report["progress"] == {"passed": 1, "total": 2}
    record = state(server, "/course/exercises/01.1")
    assert "yield" in record["solution"]["code"]
    assert [one["title"] for one in record["solution"]["approaches"]] == ["a loop"]


def test_a_wrong_answer_is_told_in_the_verdict_s_own_words(small, server: Server, page: Exchange) -> None:  # type: ignore[no-untyped-def]
    small.answer(GLUED)
    report = judged(server, page)

    states = {data(event)["verdict"]["criterion"]: data(event)["verdict"]["state"] for event in told(page, "verdict")}
    assert states == {"test_one_by_one": "failed", "test_none": "not checked", "test_any_number": "passed"}
    assert (report["state"], report["passed"], report["total"]) == ("not yet", 1, 3)
    assert "All dots came glued together." in report["html"]
    assert state(server, "/course/exercises/01.1")["html"] == report["html"]
    assert state(server, "/course/exercises/01.1")["solution"] is None
    assert state(server)["progress"] == {"passed": 0, "total": 2}


def test_a_syntax_error_is_a_verdict_too(small, server: Server, page: Exchange) -> None:  # type: ignore[no-untyped-def]
    small.answer("def dots(count:\n")

    assert judged(server, page)["state"] == "not yet"
    assert "line 1" in judged(server, page)["html"]


def test_a_file_as_shipped_is_not_started_and_not_run(small, server: Server, page: Exchange) -> None:  # type: ignore[no-untyped-def]
    shipped = small.dots.path.read_text()
    small.answer(GLUED)
    judged(server, page)
    small.answer(shipped)
    report = judged(server, page, 2)

    assert (report["state"], report["passed"]) == ("not started", 0)
    assert state(server)["exercises"][0]["state"] == "not started"


def test_a_save_during_a_check_starts_it_again(small, server: Server, page: Exchange) -> None:  # type: ignore[no-untyped-def]
    begun = small.root / "begun"
    small.answer(f"from pathlib import Path\nPath({str(begun)!r}).touch()\nwhile True:\n    pass\n")
    server.until(begun.exists, "the check to be under way", PATIENCE)
    assert state(server)["exercises"][0]["state"] == "checking"
    small.answer(RIGHT)
    judged(server, page)

    assert [event.type for event in told(page, "checking", "report")] == ["checking", "checking", "report"]
    assert [report["state"] for report in reports(page)] == ["passed"]


def test_what_was_begun_before_the_server_came_is_judged_when_it_starts(small) -> None:  # type: ignore[no-untyped-def]
    small.answer(RIGHT)
    with Server(make_app(small.root)) as server:
        server.until(lambda: state(server)["progress"]["passed"] == 1, "the answer to be judged", PATIENCE)
        assert state(server, "/course/exercises/01.2")["html"] is None, "nobody has touched it"


def test_where_nothing_can_be_written_verdicts_still_come(small) -> None:  # type: ignore[no-untyped-def]
    small.write(".course", "a file where progress would be kept\n")
    with Server(make_app(small.root)) as server:
        page = server.get("/course/events", timeout=PATIENCE).wait(chunks=1)
        small.answer(RIGHT)
        assert judged(server, page)["state"] == "passed"
        small.answer(GLUED)
        assert judged(server, page, 2)["state"] == "not yet"


def test_a_grader_that_is_broken_is_said_and_not_waited_for(small, server: Server, page: Exchange) -> None:  # type: ignore[no-untyped-def]
    grader = small.root / "tests/exercises/01_dots/test_1_dots.py"
    grader.write_text(grader.read_text() + "\nimport nowhere_to_be_found\n")
    small.answer(RIGHT)

    assert "nowhere_to_be_found" in judged(server, page)["html"]
    assert state(server)["exercises"][0]["state"] != "checking"
    small.write("exercises/01_dots/2_squares.py", SQUARE)
    server.until(lambda: bool(reports(page, "01.2")), "the other exercise to be judged", PATIENCE)


# --- nothing dies in silence --------------------------------------------------------------------


def failing_once(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, error: Exception) -> None:
    """The next call of `owner.name` raises `error`; all others do what they always did."""
    errors, real = [error], getattr(owner, name)

    def call(*arguments: Any, **options: Any) -> Any:
        if errors:
            raise errors.pop()
        return real(*arguments, **options)

    monkeypatch.setattr(owner, name, call)


def troubles(page: Exchange) -> list[tuple[str, str | None]]:
    return [(data(event)["part"], data(event)["text"]) for event in told(page, "trouble")]


@pytest.mark.parametrize("owner", [Board, Grader])
def test_judging_that_stops_says_so_and_judges_the_same_exercise_when_it_starts_again(
    small, server: Server, page: Exchange, monkeypatch: pytest.MonkeyPatch, owner: type
) -> None:  # type: ignore[no-untyped-def]
    scarce = OSError(24, "Too many open files")
    failing_once(monkeypatch, owner, "judged" if owner is Board else "grade", scarce)
    small.answer(RIGHT)
    report = judged(server, page)
    server.until(lambda: len(troubles(page)) == 2, "the end of the trouble", PATIENCE)

    assert report["state"] == "passed"
    assert [event.type for event in told(page, "checking", "report")] == ["checking", "checking", "report"]
    assert troubles(page) == [
        ("judging", "judging stopped: OSError: [Errno 24] Too many open files, starting again"),
        ("judging", None),
    ]
    assert state(server)["troubles"] == {}


def test_while_judging_is_down_no_page_says_that_it_is_checking(small, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("course.supervision.FIRST", 3600)
    monkeypatch.setattr(Board, "judged", lambda *_: 1 / 0)
    with Server(make_app(small.root)) as other:
        listening = other.get("/course/events", timeout=PATIENCE).wait(chunks=1)
        small.answer(RIGHT)
        other.until(lambda: bool(troubles(listening)), "the trouble", PATIENCE)
        assert state(other)["troubles"] == {
            "judging": "judging stopped: ZeroDivisionError: division by zero, starting again"
        }
        assert state(other)["exercises"][0]["state"] == "not yet"


def test_watching_that_stops_misses_no_save(
    small, server: Server, page: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    failing_once(monkeypatch, Saves, "_changed", OSError(24, "Too many open files"))
    small.answer(RIGHT)

    assert judged(server, page)["state"] == "passed"
    assert troubles(page)[0][0] == "watching"


def test_solutions_that_are_away_for_a_moment_stop_nobody(small, server: Server, page: Exchange) -> None:  # type: ignore[no-untyped-def]
    (small.root / "solutions").rename(small.root / "away")
    small.answer(RIGHT)
    assert judged(server, page)["state"] == "passed"
    assert state(server, "/course/exercises/01.1")["solution"] is None
    (small.root / "away").rename(small.root / "solutions")

    assert "yield" in state(server, "/course/exercises/01.1")["solution"]["code"]
    assert troubles(page) == []


def test_exercises_that_are_away_for_a_moment_are_judged_when_they_are_back(
    small, server: Server, page: Exchange
) -> None:  # type: ignore[no-untyped-def]
    (small.root / "exercises").rename(small.root / "away")
    for _ in range(20):
        (small.root / "exercises/deep/deeper").mkdir(parents=True)
        (small.root / "exercises/deep/deeper").rmdir()
        (small.root / "exercises/deep").rmdir()
        (small.root / "exercises").rmdir()
    (small.root / "away").rename(small.root / "exercises")
    small.answer(RIGHT)

    assert judged(server, page)["state"] == "passed"
    assert troubles(page) == []


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_an_exercise_that_is_a_link_is_judged_when_what_it_leads_to_is_saved(small) -> None:  # type: ignore[no-untyped-def]
    elsewhere = small.write("elsewhere/mine.py", GLUED)
    small.dots.path.unlink()
    small.dots.path.symlink_to(elsewhere)
    with Server(make_app(small.root)) as server:
        page = server.get("/course/events", timeout=PATIENCE).wait(chunks=1)
        server.until(lambda: state(server)["exercises"][0]["state"] == "not yet", "the first verdict", PATIENCE)
        elsewhere.write_text(RIGHT)
        server.until(lambda: any(one["state"] == "passed" for one in reports(page)), "the second", PATIENCE)


def test_what_the_command_did_meanwhile_is_not_undone_by_the_server(small, server: Server, page: Exchange) -> None:  # type: ignore[no-untyped-def]
    small.course("hint", "01.1")
    small.answer(RIGHT)
    judged(server, page)
    assert "Closer" in small.course("hint", "01.1").out
    small.course("reset", "01.1")
    small.write("exercises/01_dots/2_squares.py", SQUARE)
    server.until(lambda: bool(reports(page, "01.2")), "a verdict that is noted", PATIENCE)

    assert "Nudge" in small.course("hint", "01.1").out
    assert "1 of 2 passed" in small.course("list").out


# --- everybody hears ----------------------------------------------------------------------------


class Page:
    """What a page does: it listens, comes back with its last id, and fetches everything when it is told to."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._last: str | None = None
        self._seen = 0
        self.reports: dict[str, str] = {}
        self.resets = 0

    def open(self, server: Server) -> None:
        headers = {"last-event-id": self._last} if self._last else {}
        self._server, self._seen = server, 0
        self.exchange = server.get("/course/events", headers, timeout=PATIENCE, **self._options)

    def take(self) -> dict[str, str]:
        """The states of the exercises, as this page knows them by now."""
        news = told(self.exchange)[self._seen :]
        self._seen += len(news)
        for event in news:
            self._last = event.last_event_id
            if event.type == "reset":
                self.resets += 1
                self.reports |= {one["id"]: one["state"] for one in state(self._server)["exercises"]}
            elif event.type == "report":
                self.reports[data(event)["id"]] = data(event)["state"]
        return self.reports

    def wait(self, **expected: str) -> None:
        wanted = {f"01.{name[-1]}": value.replace("_", " ") for name, value in expected.items()}
        self._server.until(lambda: wanted.items() <= self.take().items(), f"a page to know {wanted}", PATIENCE)


def test_fifty_pages_one_of_them_stalled_hear_of_every_verdict_through_a_restart(small) -> None:  # type: ignore[no-untyped-def]
    pages, stalled = [Page() for _ in range(49)], Page(receive_buffer=4096)
    app = make_app(small.root)
    with Server(app, send_buffer=4096) as server:
        for page in [*pages, stalled]:
            page.open(server)
            page.exchange.wait(chunks=1)
        stalled.exchange.pause()
        small.answer(GLUED)
        for page in pages:
            page.wait(e1="not_yet")

        flood = 3 * WAITING
        for number in range(flood):
            app.state.hub.publish("flood", {"n": number, "padding": "." * 4000})
            while number % 32 == 31 and len(told(pages[-1].exchange, "flood")) <= number:
                time.sleep(0.002)  # as fast as a page reads that does
        for page in pages:
            page.exchange.wait(events=flood)
            server.until(lambda page=page: len(told(page.exchange, "flood")) == flood, "all of it", PATIENCE)  # type: ignore[misc]
        assert app.state.hub.listeners == 50
        assert max(one.queue.qsize() for one in app.state.hub._listeners) <= WAITING, "memory is bounded"

        for page in pages[:10]:  # these lose their connection, and come back
            page.take()
            page.exchange.leave(abrupt=True)
            page.open(server)
        small.answer(RIGHT)
        for page in pages:
            page.wait(e1="passed")
        assert {page.resets for page in pages} == {0}, "whoever reads is never reset, whoever comes back resumes"
        stalled.exchange.resume()
        stalled.wait(e1="passed")
        assert stalled.resets == 1
        app.state.stopping.set()  # the first Ctrl+C

    with Server(make_app(small.root)) as server:
        for page in [*pages, stalled]:
            page.open(server)
        small.write("exercises/01_dots/2_squares.py", SQUARE)
        for page in [*pages, stalled]:
            page.wait(e1="passed", e2="passed")
        assert {page.resets for page in pages} == {1}, "ids from before a restart mean nothing afterwards"


# --- saved pages --------------------------------------------------------------------------------


@pytest.fixture
def built(small) -> Path:  # type: ignore[no-untyped-def]
    small.write("mkdocs.yml", MKDOCS)
    small.write("lessons/index.md", "# Home\n\n[dots](01_dots/index.md)\n")
    assert build(small.root) is None
    root: Path = small.root
    return root


def test_a_saved_page_is_built_and_said(small, built: Path) -> None:  # type: ignore[no-untyped-def]
    with Server(make_app(built)) as server:
        page = server.get("/course/events", timeout=PATIENCE).wait(chunks=1)
        small.write("lessons/01_dots/index.md", "# Dots\n\nA new sentence.\n")
        server.until(lambda: len(told(page, "site")) == 1, "the site to be rebuilt", PATIENCE)

        assert data(told(page, "site")[0]) == {"ok": True, "error": None}
        assert "A new sentence." in server.get("/01_dots/").wait(end=True).text
        assert (built / "site" / STAMP).read_text() == fingerprint(built)


def test_rebuilding_that_stops_is_said_and_goes_on(small, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    with Server(make_app(built)) as server:
        page = server.get("/course/events", timeout=PATIENCE).wait(chunks=1)
        failing_once(monkeypatch, rebuilding, "build_alone", OSError(24, "Too many open files"))
        small.write("lessons/01_dots/index.md", "# Dots\n\nA new sentence.\n")
        server.until(lambda: len(told(page, "site")) == 1, "the site to be rebuilt", PATIENCE)

        assert data(told(page, "site")[0]) == {"ok": True, "error": None}
        assert troubles(page)[0] == (
            "rebuilding",
            "rebuilding stopped: OSError: [Errno 24] Too many open files, starting again",
        )


def test_a_fault_in_a_page_is_said_and_the_last_good_page_stays(small, built: Path) -> None:  # type: ignore[no-untyped-def]
    with Server(make_app(built)) as server:
        page = server.get("/course/events", timeout=PATIENCE).wait(chunks=1)
        small.write("lessons/01_dots/index.md", "# Gone wrong\n\n[a link](nowhere.md)\n")
        server.until(lambda: len(told(page, "site")) == 1, "the fault to be said", PATIENCE)

        assert data(told(page, "site")[0])["ok"] is False
        assert "nowhere.md" in data(told(page, "site")[0])["error"]
        assert "Gone wrong" not in server.get("/01_dots/").wait(end=True).text


# --- the end ------------------------------------------------------------------------------------


class Process:
    """`python -m course.server` as learners run it."""

    def __init__(self, root: Path, port: int) -> None:
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "course.server", "--port", str(port), "--no-browser"],
            env=os.environ | {"COURSE_ROOT": str(root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def up(self) -> "Process":
        """Returns when it serves."""
        assert self.process.stdout is not None
        while "Ctrl+C" not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        self.port = int(self.said.split("http://127.0.0.1:")[1].split("/")[0])
        return self

    def get(self, path: str, **options: Any) -> Exchange:
        return Exchange(("127.0.0.1", self.port), "GET", path, timeout=PATIENCE, **options)

    def end(self) -> tuple[float, str]:
        """Press Ctrl+C; seconds until it was over, and what it said meanwhile."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=PATIENCE)
        return time.monotonic() - began, said


@pytest.fixture
def started(small) -> Iterator[list[Process]]:  # type: ignore[no-untyped-def]
    """Two servers that were asked for the same port."""
    small.write("site/index.html", "<h1>home</h1>")
    small.write("site/" + STAMP, fingerprint(small.root))
    with listen(18850) as free:
        port = free.getsockname()[1]
    servers = [Process(small.root, port).up()]
    servers.append(Process(small.root, servers[0].port).up())
    yield servers
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to a process")
def test_a_taken_port_leads_to_the_next_and_ctrl_c_ends_every_stream_at_once(small, started: list[Process]) -> None:  # type: ignore[no-untyped-def]
    first, second = started
    assert second.port > first.port
    assert f"Port {first.port} is taken, so it is {second.port}." in second.said

    page = second.get("/course/events").wait(chunks=1)
    slow = second.get("/course/events", receive_buffer=4096).wait(chunks=1)
    slow.pause()
    app = second.get("/apps/01/dots?count=1000&every=0.05").wait(chunks=1)
    small.answer(GLUED)
    page.wait(events=3)  # the comment, `checking`, the first verdict: a check is under way
    took, said = second.end()
    for exchange in (page, slow, app):
        exchange.resume()
        exchange.wait(end=True)

    assert took < 30, "the app's stream alone takes fifty seconds"
    assert second.process.returncode == 0
    assert said.strip() == "Stopped."
    assert (page.state, slow.state, app.state) == ("ended", "ended", "truncated")
    assert first.get("/").wait(end=True).status == 200, "the other server knows nothing of it"


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to a process")
def test_two_servers_that_start_at_once_on_one_port_and_one_stale_site_both_serve(built: Path) -> None:
    (built / "site" / STAMP).unlink()
    with listen(18850) as free:
        port = free.getsockname()[1]
    servers = [Process(built, port) for _ in range(2)]
    try:
        for server in servers:
            server.up()
        assert len({server.port for server in servers}) == 2
        assert [server.get("/01_dots/").wait(end=True).status for server in servers] == [200, 200]
    finally:
        said = [server.said + server.end()[1] for server in servers]
    assert not any("Traceback" in text or "fault" in text for text in said)
    assert sorted(text.count("Building the site") for text in said) == [0, 1]


@pytest.mark.parametrize(("port", "command"), [("-1", ("course", "serve")), ("70000", ("course.server",))])
def test_a_port_that_there_is_not_is_refused_before_anything_is_built(
    small, port: str, command: tuple[str, ...]
) -> None:  # type: ignore[no-untyped-def]
    done = small.run("-m", *command, "--port", port)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"There is no port {port}: ports go from 1 to 65535.\n")
