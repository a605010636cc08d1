"""The course server: the site, the lessons' apps, and an end that comes at once."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from waterclock.live import Server
from waterclock.live.serving import listen

from course.server import make_app, welcome
from course.site.build import STAMP, build, fingerprint

PATIENCE = 60.0  # seconds; what is waited for takes about one, on a machine with nothing else to do

GOOD = """
from contextlib import asynccontextmanager
from pathlib import Path
import asyncio

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

NOTES = Path(__file__).parents[2] / "notes.txt"

def note(text):
    with NOTES.open("a") as file:
        file.write(text + "\\n")

@asynccontextmanager
async def lifespan(app):
    note("up")
    yield {"greeting": "hello"}
    note("down")

app = FastAPI(lifespan=lifespan)

@app.get("/")
async def home(request: Request):
    return {"greeting": request.state.greeting, "root": request.scope["root_path"]}

@app.get("/ticks")
async def ticks():
    async def forever():
        try:
            while True:
                yield "tick\\n"
                await asyncio.sleep(0.01)
        finally:
            note("closed")
    return StreamingResponse(forever(), media_type="text/plain")

@app.get("/deaf")
async def deaf():
    await asyncio.sleep(60)
"""
BAD_LIFESPAN = """
from contextlib import asynccontextmanager
from fastapi import FastAPI

@asynccontextmanager
async def lifespan(app):
    raise RuntimeError("no database")
    yield

app = FastAPI(lifespan=lifespan)
"""
LESSONS = {
    "01_good": GOOD,
    "02_broken": "def app(:\n",
    "03_nameless": "x = 1\n",
    "04_lifespan": BAD_LIFESPAN,
    "05_exits": "raise SystemExit(3)\n",
}


def written(tmp_path: Path) -> Path:
    for name, source in LESSONS.items():
        folder = tmp_path / "lessons" / name
        folder.mkdir(parents=True)
        (folder / "app.py").write_text(source)
        (folder / "index.md").write_text(f"---\ntitle: {name}\nminutes: 1\n---\n")
    for name in (
        "mkdocs.yml",
        "constraints.txt",
        "course/catalog.py",
        "course/site/hook.py",
        "waterclock/src/waterclock/timeline/svg.py",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("")
    (tmp_path / "site" / "01_good").mkdir(parents=True)
    (tmp_path / "site" / "index.html").write_text("<h1>home</h1>")
    (tmp_path / "site" / "01_good" / "index.html").write_text("<h1>lesson</h1>")
    (tmp_path / "site" / "404.html").write_text("<h1>not here</h1>")
    (tmp_path / "site" / STAMP).write_text(fingerprint(tmp_path))
    return tmp_path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all that only ask."""
    with Server(make_app(written(tmp_path_factory.mktemp("course")), watch=False)) as server:
        server.get("/apps/01/", timeout=PATIENCE).wait(end=True)
        yield server


def notes(root: Path) -> list[str]:
    path = root / "notes.txt"
    return path.read_text().split() if path.exists() else []


# --- what is served -----------------------------------------------------------------------------


def test_the_site_is_at_the_root(server: Server) -> None:
    assert "home" in server.get("/").wait(end=True).text
    assert "lesson" in server.get("/01_good/").wait(end=True).text


def test_a_page_that_is_not_there_is_the_site_s_own_404(server: Server) -> None:
    missing = server.get("/nowhere").wait(end=True)

    assert missing.status == 404
    assert "not here" in missing.text


def test_browsers_ask_again_for_pages(server: Server) -> None:
    assert server.get("/").wait(end=True).headers["cache-control"] == "no-cache"


def test_a_lesson_s_app_knows_where_it_is_mounted_and_has_its_lifespan_s_state(server: Server) -> None:
    assert server.get("/apps/01/").wait(end=True).text == '{"greeting":"hello","root":"/apps/01"}'


def test_a_lesson_s_app_streams(server: Server) -> None:
    ticks = server.get("/apps/01/ticks").wait(lines=2)

    assert ticks.state == "open"
    ticks.leave()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("02", "line 1"),
        ("03", "It has no `app`."),
        ("04", "Its lifespan raised RuntimeError: no database"),
        ("05", "sys.exit"),
    ],
)
def test_a_broken_app_says_why_and_leaves_the_others_alone(server: Server, number: str, reason: str) -> None:
    broken = server.get(f"/apps/{number}/ticks").wait(end=True)

    assert broken.status == 503
    assert broken.headers["content-type"].startswith("text/plain")
    assert reason in broken.text
    assert f"lessons/{number}_" in broken.text
    assert server.get("/apps/01/").wait(end=True).status == 200


def test_lifespans_end_with_the_server(root: Path) -> None:
    with Server(make_app(root, watch=False)) as server:
        server.get("/apps/01/", timeout=PATIENCE).wait(end=True)
        assert notes(root) == ["up"]

    assert notes(root) == ["up", "down"]


@pytest.mark.parametrize("path", ["/../mkdocs.yml", "/%2e%2e/mkdocs.yml", "/..%2fmkdocs.yml", "//etc/passwd"])
def test_no_path_leads_out_of_the_site(server: Server, path: str) -> None:
    assert server.get(path).wait(end=True).status == 404


# --- the site is built when it is stale ---------------------------------------------------------


def test_a_site_that_is_up_to_date_is_not_built(root: Path) -> None:
    assert build(root) is None
    assert "home" in (root / "site" / "index.html").read_text()


def test_a_page_that_changed_or_went_makes_the_site_stale(root: Path) -> None:
    before = fingerprint(root)
    page = root / "lessons" / "01_good" / "index.md"
    page.write_text("longer than it was before, and about something else\n")
    changed = fingerprint(root)
    page.unlink()

    assert len({before, changed, fingerprint(root)}) == 3


def test_a_build_that_fails_leaves_the_last_site_and_says_why(root: Path) -> None:
    (root / "mkdocs.yml").write_text("site_name: x\ndocs_dir: lessons\nno such thing: [\n")

    trouble = build(root)

    assert trouble is not None
    assert "mkdocs.yml" in trouble or "YAML" in trouble or "yaml" in trouble
    assert "home" in (root / "site" / "index.html").read_text()


# --- the port and the welcome -------------------------------------------------------------------


def test_the_welcome_says_where_how_and_that_the_port_moved(tmp_path: Path) -> None:
    text = welcome(tmp_path, 8801, 8800)

    assert "http://127.0.0.1:8801/" in text
    assert "Port 8800 is taken, so it is 8801." in text
    assert "ctivate" in text
    assert "taken" not in welcome(tmp_path, 8800, 8800)
    assert "taken" not in welcome(tmp_path, 41234, 0), "any port was asked for"


# --- the end ------------------------------------------------------------------------------------


class Running:
    """`python -m course.server` as a process of its own."""

    def __init__(self, root: Path) -> None:
        with listen(18900) as free:
            port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "course.server", "--port", str(port), "--no-browser"],
            env=os.environ | {"COURSE_ROOT": str(root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        self.said = ""
        while "Ctrl+C" not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        self.port = int(self.said.split("http://127.0.0.1:")[1].split("/")[0])

    def open(self, path: str) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return client

    def interrupt(self) -> tuple[float, str]:
        """Press Ctrl+C; seconds until it was over, and what it said meanwhile."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=PATIENCE)
        return time.monotonic() - began, said


@pytest.fixture
def running(root: Path) -> Iterator[Running]:
    running = Running(root)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()
    assert running.process.stdout is not None
    running.process.stdout.close()


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to a process")
def test_the_first_ctrl_c_ends_open_streams_and_everything_is_cleaned_up(running: Running, root: Path) -> None:
    with running.open("/apps/01/ticks") as one, running.open("/apps/01/ticks") as two:
        received = {client: client.recv(4096) + client.recv(4096) for client in (one, two)}
        took, said = running.interrupt()
        rest = one.makefile("rb").read()

    assert all(b"tick" in data for data in received.values())
    assert took < 30, "the streams never end by themselves"
    assert running.process.returncode == 0
    assert said.strip() == "Stopped."
    assert notes(root) == ["up", "closed", "closed", "down"]
    assert not rest.endswith(b"0\r\n\r\n"), "what was cut off must not look finished"


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to a process")
def test_a_handler_that_does_not_listen_is_not_waited_for(running: Running, root: Path) -> None:
    with running.open("/apps/01/deaf") as client:
        with running.open("/apps/01/") as later:
            assert b"200 OK" in later.recv(4096), "and so the one before it is being handled"
        took, said = running.interrupt()
        client.close()

    assert took < 30, "the handler sleeps for a minute"
    assert running.process.returncode == 0
    assert "Traceback" not in said
    assert notes(root) == ["up", "down"]
