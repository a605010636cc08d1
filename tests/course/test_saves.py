"""Saved files are noticed: by the system's notifications, and by looking."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course import saves


@pytest.fixture(params=[True, False], ids=["notified", "looking"])
def noticed(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], set[Path]]]:
    """Waits for the next files that a watcher of `tmp_path` notices."""
    if not request.param:
        monkeypatch.setattr(saves, "_notified", refuse)
        monkeypatch.setattr(saves, "LOOK", 20)
    seen: queue.SimpleQueue[set[Path]] = queue.SimpleQueue()
    stop = threading.Event()

    (tmp_path / "1_a.py").write_text("", encoding="utf-8")
    saved = saves.saved(tmp_path, stop)

    def follow() -> None:
        for paths in saved:
            seen.put(paths)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    yield lambda: seen.get(timeout=10)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def refuse(*_: object) -> Iterator[object]:
    raise OSError(28, "inotify watch limit reached")


def test_a_file_that_is_written_is_noticed(noticed: Callable[[], set[Path]], tmp_path: Path) -> None:
    (tmp_path / "1_a.py").write_text("x = 1\n", encoding="utf-8")

    assert noticed() == {tmp_path / "1_a.py"}


def test_a_file_that_is_renamed_into_place_is_noticed(noticed: Callable[[], set[Path]], tmp_path: Path) -> None:
    """Many editors save like this."""
    (tmp_path / "1_a.py.tmp").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "1_a.py.tmp").replace(tmp_path / "1_a.py")

    assert noticed() == {tmp_path / "1_a.py"}


def test_other_files_and_deleted_ones_are_not(noticed: Callable[[], set[Path]], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "1_a.py").unlink()
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "2_b.py").write_text("x = 2\n", encoding="utf-8")

    assert noticed() == {tmp_path / "below" / "2_b.py"}
