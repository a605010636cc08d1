"""What a newcomer meets: a clone on a machine with Python and make, and nothing else."""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from waterclock.live.serving import listen

from course.catalog import Catalog

ROOT = Catalog().root
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(shutil.which("make") is None or shutil.which("git") is None, reason="needs make and git"),
]


def git(*arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    identity = {
        f"GIT_{who}_{what}": "learner@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    return subprocess.run(["git", *arguments], cwd=at, capture_output=True, encoding="utf-8", env=os.environ | identity)


def copy(to: Path) -> Path:
    """The files that a clone would have."""
    listed = git("ls-files", "-co", "--exclude-standard", "-z", at=ROOT)
    if listed.returncode:
        pytest.skip("not in a git repository")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


class Learning:
    """`make learn` in a folder, as a process group of its own."""

    def __init__(self, folder: Path) -> None:
        with listen(18950) as free:
            port = free.getsockname()[1]
        clean = {
            name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "COURSE_ROOT", "MAKEFLAGS")
        }
        self.process = subprocess.Popen(
            ["make", "learn", f"PORT={port}"],
            cwd=folder,
            env=clean,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.said = ""
        while "Ctrl+C" not in self.said:
            line = self.process.stdout.readline()
            if not line:
                self.process.communicate()
                pytest.fail(f"make learn ended:\n{self.said[-3000:]}", pytrace=False)
            self.said += line
        self.port = int(self.said.split("http://127.0.0.1:")[1].split("/")[0])

    def get(self, path: str) -> list[bytes]:
        """The body, in the pieces that were there when one looked."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path)
            with connection.getresponse() as response:
                return list(iter(response.read1, b""))

    def stop(self) -> str:
        """Press Ctrl+C in that terminal: every process of the group hears it."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.communicate(timeout=60)[0]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy(tmp_path_factory.mktemp("clone"))


@pytest.fixture
def learning(clone: Path) -> Iterator[Learning]:
    learning = Learning(clone)
    yield learning
    if learning.process.poll() is None:
        os.killpg(learning.process.pid, signal.SIGKILL)
        learning.process.communicate()


def test_make_learn_installs_builds_and_serves(learning: Learning) -> None:
    assert b"Chunk by Chunk" in b"".join(learning.get("/"))
    assert len(learning.get("/apps/03/report?every=0.1")) > 3, "word by word"
    assert "Stopped." in learning.stop()


def test_the_second_make_learn_installs_and_builds_nothing(learning: Learning) -> None:
    assert "Installing" not in learning.said
    assert "Building" not in learning.said
    learning.stop()


def test_the_command_works_in_the_clone(clone: Path) -> None:
    done = subprocess.run([".venv/bin/course", "list"], cwd=clone, capture_output=True, encoding="utf-8")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("01  ")


def test_plain_pytest_is_green_and_honest(clone: Path) -> None:
    done = subprocess.run([".venv/bin/python", "-m", "pytest"], cwd=clone, capture_output=True, encoding="utf-8")

    assert done.returncode == 0, done.stdout
    assert "not started" in done.stdout


# --- a newer version ----------------------------------------------------------------------------

EXERCISE = "exercises/03_streaming_response/1_countdown.py"
OTHER = "exercises/03_streaming_response/README.md"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    folder = tmp_path / "published"
    for name in (EXERCISE, OTHER):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("1\n2\n3\n4\n5\n6\n7\n8\n9\n")
    git("init", "-q", at=folder)
    git("add", ".", at=folder)
    git("commit", "-qm", "first", at=folder)
    git("clone", "-q", str(folder), str(tmp_path / "mine"), at=tmp_path)
    return folder


def publish(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    git("commit", "-qam", "newer", at=folder)


def test_git_pull_keeps_an_exercise_that_was_edited(published: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / EXERCISE).write_text("my answer\n")
    publish(published, OTHER, "newer hints\n")

    assert git("pull", "--ff-only", at=mine).returncode == 0
    assert (mine / OTHER).read_text() == "newer hints\n"
    assert (mine / EXERCISE).read_text() == "my answer\n"


def test_git_pull_stops_before_it_touches_an_edited_exercise(published: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / EXERCISE).write_text("1\n2\n3\n4\n5\n6\n7\n8\nmy answer\n")
    publish(published, EXERCISE, "newer\n2\n3\n4\n5\n6\n7\n8\n9\n")

    assert git("pull", "--ff-only", at=mine).returncode != 0
    assert "my answer" in (mine / EXERCISE).read_text()

    git("stash", at=mine)
    assert git("pull", "--ff-only", at=mine).returncode == 0
    git("stash", "pop", at=mine)
    assert (mine / EXERCISE).read_text() == "newer\n2\n3\n4\n5\n6\n7\n8\nmy answer\n"
