"""Saved files are noticed: by the system's notifications, and by looking."""

import os
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course import saves
from course.saves import Saves

PATIENCE = 30.0


@pytest.fixture(params=[True, False], ids=["notified", "looking"])
def noticed(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], set[Path]]]:
    """Waits for the next files that are noticed, of `1_a.py` and `2_b.py` below `tmp_path / "exercises"`."""
    if not request.param:
        monkeypatch.setattr(saves, "_notified", refuse)
        monkeypatch.setattr(saves, "LOOK", 20)
    seen: queue.SimpleQueue[set[Path]] = queue.SimpleQueue()
    stop = threading.Event()
    files = [tmp_path / "exercises/1_a.py", tmp_path / "exercises/2_b.py"]
    threads = []

    def follow(followed: Saves) -> None:
        for paths in followed.follow(stop):
            if paths:
                seen.put(paths)

    def wait() -> set[Path]:
        return seen.get(timeout=PATIENCE)

    def begin() -> None:
        threads.append(threading.Thread(target=follow, args=(Saves(files),), daemon=True))
        threads[-1].start()

    (tmp_path / "exercises").mkdir()
    files[0].write_text("", encoding="utf-8")
    wait.begin = begin  # type: ignore[attr-defined]
    begin()
    yield wait
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def refuse(*_: object) -> Iterator[object]:
    raise OSError(28, "inotify watch limit reached")


def test_a_file_that_is_written_is_noticed(noticed: Callable[[], set[Path]], tmp_path: Path) -> None:
    (tmp_path / "exercises/1_a.py").write_text("x = 1\n", encoding="utf-8")

    assert noticed() == {tmp_path / "exercises/1_a.py"}


def test_a_file_that_is_renamed_into_place_is_noticed(noticed: Callable[[], set[Path]], tmp_path: Path) -> None:
    """Many editors save like this."""
    (tmp_path / "exercises/1_a.py.tmp").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "exercises/1_a.py.tmp").replace(tmp_path / "exercises/1_a.py")

    assert noticed() == {tmp_path / "exercises/1_a.py"}


def test_other_files_and_deleted_ones_are_not(noticed: Callable[[], set[Path]], tmp_path: Path) -> None:
    (tmp_path / "exercises/notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "exercises/3_c.py").write_text("x", encoding="utf-8")
    (tmp_path / "exercises/1_a.py").unlink()
    (tmp_path / "exercises/2_b.py").write_text("x = 2\n", encoding="utf-8")

    assert noticed() == {tmp_path / "exercises/2_b.py"}


def test_a_save_with_the_size_and_the_time_of_before_is_noticed(
    noticed: Callable[[], set[Path]], tmp_path: Path
) -> None:
    file = tmp_path / "exercises/1_a.py"
    file.write_text("x = 1\n", encoding="utf-8")
    noticed()
    before = file.stat()
    file.write_text("x = 2\n", encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert noticed() == {file}
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_folder_may_go_and_come_back_and_only_what_was_saved_is_noticed(
    noticed: Callable[[], set[Path]], tmp_path: Path
) -> None:
    (tmp_path / "exercises").rename(tmp_path / "away")
    (tmp_path / "away").rename(tmp_path / "exercises")
    shutil.move(tmp_path / "exercises", tmp_path / "away")
    (tmp_path / "exercises/deep/deeper").mkdir(parents=True)
    shutil.rmtree(tmp_path / "exercises")
    (tmp_path / "away").rename(tmp_path / "exercises")
    (tmp_path / "exercises/2_b.py").write_text("x = 2\n", encoding="utf-8")

    assert noticed() == {tmp_path / "exercises/2_b.py"}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
@pytest.mark.parametrize("link", ["file", "folder"])
def test_what_a_link_leads_to_is_watched(noticed: Callable[[], set[Path]], tmp_path: Path, link: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    if link == "folder":
        (tmp_path / "exercises").rename(elsewhere)
        (tmp_path / "exercises").symlink_to(elsewhere)
    else:
        elsewhere.mkdir()
        (elsewhere / "1_a.py").write_text("", encoding="utf-8")
        (tmp_path / "exercises/1_a.py").unlink()
        (tmp_path / "exercises/1_a.py").symlink_to(elsewhere / "1_a.py")
        noticed()  # another file stands there now
    noticed.begin()  # type: ignore[attr-defined]  # as when the course starts with the link in place
    (elsewhere / "1_a.py").write_text("x = 1\n", encoding="utf-8")

    assert noticed() == noticed() == {tmp_path / "exercises/1_a.py"}
