"""The fixture `lab` in projects of others."""

import subprocess
import sys
from pathlib import Path

import pytest

APP = """
from time import sleep
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()

@app.get("/numbers")
def numbers():
    def body():
        for number in range(3):
            yield f"{number}\\n"
            sleep(1)
    return StreamingResponse(body())

@app.get("/boom")
async def boom():
    return {}["deep"]
"""

CONFTEST = """
import pytest
from course import app

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""

TESTS = """
import asyncio
import pytest
from course import app
from waterclock import Lab, chunk, expect

def test_times(lab):
    client = lab(app).get("/numbers")
    lab.advance(5)
    assert client.chunks == [(0, b"0\\n"), (1, b"1\\n"), (2, b"2\\n")]

def test_a_wrong_assertion(lab):
    client = lab(app).get("/numbers")
    lab.advance(5)
    lab.get("/boom")
    assert client.chunks == []

def test_a_wrong_expectation(lab):
    client = lab(app).get("/numbers")
    lab.advance(5)
    expect(client).received(chunk("0\\n", at=0), chunk("1\\n", at=2))

@pytest.mark.lab(seed=7)
def test_options(lab):
    opened = lab(app, max_sends=5)
    assert opened.session.max_sends == 5

def test_nobody_opened_one(lab):
    with pytest.raises(AttributeError, match="no lab is open yet"):
        lab.advance(1)

@pytest.mark.anyio
async def test_in_a_running_loop(lab):
    client = lab(app).get("/numbers")
    lab.advance(5)
    await asyncio.sleep(0)
    assert client.state == "ended"

def test_something_outside(lab):
    import socket
    listener = socket.create_server(("127.0.0.1", 0))
    def wait():
        with socket.create_connection(listener.getsockname()) as connection:
            connection.settimeout(0.5)
            try:
                return connection.recv(1)
            except TimeoutError:
                return b""
    lab().call(wait)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """It has a package called `course` and one called `tests`, and imports its app before any test."""
    for folder, file, text in (
        ("course", "__init__.py", APP),
        ("tests", "__init__.py", ""),
        ("tests", "conftest.py", CONFTEST),
        ("tests", "test_it.py", TESTS),
    ):  # fmt: skip
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / file).write_text(text)
    return tmp_path


def run(project: Path, *options: str) -> str:
    """In this environment, which has the course's own plugin as well: it is told to stay away."""
    code = (
        "import sys, importlib.metadata as m\n"
        "real = m.distributions\n"
        "m.distributions = lambda **k: (d for d in real(**k) if d.metadata['Name'] != 'chunk-by-chunk')\n"
        "sys.path[:] = [p for p in sys.path if not p or not __import__('os').path.exists(p + '/mkdocs.yml')]\n"
        "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "-p", "no:cacheprovider", "--rootdir", str(project), *options, "tests"],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_a_project_with_names_like_ours_is_judged(project: Path, mode: str) -> None:
    said = run(project, "-q", "--import-mode", mode)
    assert "2 failed, 5 passed, 1 error" in said, said


def test_a_failure_shows_what_arrived_and_why(project: Path) -> None:
    said = run(project, "-q")
    wrong, unmet = said.partition("_ test_a_wrong_expectation _")[::2]
    assert "arrived   |#" in wrong
    assert "KeyError: 'deep'" in wrong
    assert "site-packages" not in wrong.partition("Traceback")[2]
    assert "expected   |#" in unmet
    assert "observed   |#" in unmet
    assert "FAILED tests/test_it.py::test_a_wrong_expectation - Unmet: expected" in said


def test_what_cannot_be_judged_is_an_error_of_the_teardown(project: Path) -> None:
    assert "CannotJudge: cannot be judged here: `return connection.recv(1)`" in run(project, "-q")


def test_workers_of_xdist_are_undisturbed(project: Path) -> None:
    (project / "course").rename(project / "shop")  # Workers would load the course's plugin, and find this package.
    for name in ("conftest.py", "test_it.py"):
        file = project / "tests" / name
        file.write_text(file.read_text().replace("from course", "from shop"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(project), "-q", "-n", "2", "tests"],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "2 failed, 5 passed, 1 error" in done.stdout, done.stdout + done.stderr


def test_the_plugin_costs_a_project_nothing_that_does_not_use_it() -> None:
    code = "import sys, waterclock.pytest_plugin; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = [name for name in done.stdout.split("'") if name.startswith(("fastapi", "waterclock."))]
    assert loaded == ["waterclock.pytest_plugin"]
