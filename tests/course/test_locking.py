"""A lock across threads and processes that nobody waits for in vain."""

import subprocess
import sys
from pathlib import Path

from course.locking import locked

HOLD = "import sys\nfrom pathlib import Path\nfrom course.locking import locked\n"
HOLD += "with locked(Path(sys.argv[1])) as mine:\n    print(mine, flush=True)\n    sys.stdin.read()\n"


def hold(file: Path) -> "subprocess.Popen[str]":
    """Another process that holds the lock until its stdin ends."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    return other


def test_one_process_at_a_time_holds_it(tmp_path: Path) -> None:
    with hold(tmp_path / "lock") as other:
        with locked(tmp_path / "lock", patience=0) as mine:
            assert not mine, "and the block runs all the same, so that a stopped process stops nobody else"
        other.communicate("")
    with locked(tmp_path / "lock", patience=0) as mine:
        assert mine


def test_whoever_dies_holds_nothing(tmp_path: Path) -> None:
    with hold(tmp_path / "lock") as other:
        other.kill()
        other.communicate()
    with locked(tmp_path / "lock", patience=0) as mine:
        assert mine


def test_a_second_lock_in_one_process_waits_too(tmp_path: Path) -> None:
    with locked(tmp_path / "lock") as first, locked(tmp_path / "lock", patience=0) as second:
        assert (first, second) == (True, False)


def test_where_nothing_can_be_written_there_is_no_lock_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    with locked(tmp_path / "in the way" / "lock") as mine:
        assert not mine
