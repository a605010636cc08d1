"""Which files were saved. The system's notifications say when to look; modification times say what changed."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

LOOK = 500  # milliseconds between two looks where nothing notifies: network mounts, containers, the first moments


def saved(folder: Path, stop: Event) -> Iterator[set[Path]]:
    """The Python files below `folder` that are new or changed since this call, each time some are, until `stop`."""
    return _changes(folder, stop, _stamps(folder))


def _changes(folder: Path, stop: Event, before: dict[Path, tuple[int, int]]) -> Iterator[set[Path]]:
    for _ in _moments(folder, stop):
        now = _stamps(folder)
        changed = {path for path, stamp in now.items() if before.get(path) != stamp}
        before = now
        if changed:
            yield changed


def _moments(folder: Path, stop: Event) -> Iterator[None]:
    """Whenever something happened below the folder, and every now and then."""
    try:
        for _ in _notified(folder, stop):
            yield
    except (ImportError, OSError, RuntimeError):  # no watchfiles here, or no inotify watches left
        while not stop.wait(LOOK / 1000):
            yield


def _notified(folder: Path, stop: Event) -> Iterator[object]:
    from watchfiles import watch

    return watch(
        folder, watch_filter=None, debounce=200, step=20, stop_event=stop, rust_timeout=LOOK, yield_on_timeout=True
    )


def _stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    stamps = {}
    for path in folder.rglob("*.py"):
        try:
            status = path.stat()
        except OSError:
            continue  # renamed away between the listing and the look
        stamps[path] = status.st_mtime_ns, status.st_size
    return stamps
