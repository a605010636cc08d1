"""A suite that runs in the background, and a test that fails, leave nothing behind for the tests after them."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
LEAKY = """
import threading
import time
import pytest
from waterclock import Lab, patches

sleep = time.sleep

def test_fails_in_a_lab():
    lab = Lab().__enter__()
    assert False, "on purpose"

def test_comes_after_it():
    assert time.sleep is sleep

def test_passes_and_leaves_a_lab_open():
    Lab().__enter__()

def test_is_interrupted_before_the_lab_is_up():
    patches.apply()
    assert False, "on purpose"

@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        yield lab

@pytest.mark.parametrize("number", [1, 2])
def test_shares_a_lab(lab, number):
    with Lab():
        pass
    assert lab.now == 0

def test_finds_everything_as_it_was(lab):
    assert patches._open == 1, "the lab of the module"
    assert [each.name for each in threading.enumerate()] == ["MainThread", "lab"]
"""


def run(folder: Path, text: str, *words: str) -> str:
    """What pytest says of a test file with the conftest of these tests."""
    (folder / "conftest.py").write_text(f"import sys\nsys.path.insert(0, {str(CONFTEST.parent)!r})\n")
    with (folder / "conftest.py").open("a") as file:
        file.write(CONFTEST.read_text().partition("Path(__file__).parent))\n")[2])
    (folder / "test_it.py").write_text(text)
    command = [*words, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False).stdout


def test_a_lab_that_a_test_left_open_is_closed_and_told(tmp_path: Path) -> None:
    said = run(tmp_path, LEAKY)

    assert "2 failed, 5 passed, 3 errors" in said, said
    for name in ("fails_in_a_lab", "passes_and_leaves_a_lab_open", "is_interrupted_before_the_lab_is_up"):
        assert f"ERROR test_it.py::test_{name} - " in said
    assert said.count("\nThis test left a lab open. It is closed now;") == 3


HEARING = """
import signal, subprocess, sys

PROGRAM = "import signal; print(*[signal.getsignal(n) is not signal.SIG_IGN for n in (1, 2, 3)])"

def test_children_hear():
    assert subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True).stdout == "True True True\\n"

def test_a_hang_up_is_survived():
    signal.raise_signal(signal.SIGHUP)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of POSIX")
def test_children_hear_signals_that_whoever_started_the_suite_ignores(tmp_path: Path) -> None:
    said = run(tmp_path, HEARING, "sh", "-c", "trap '' HUP INT QUIT; exec \"$@\"", "sh")

    assert "2 passed" in said, said
