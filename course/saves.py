"""Which files were saved. The system's notifications say when to look; what is known of each file says what changed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event

LOOK = 500  # milliseconds between two looks where nothing notifies: network mounts, containers, the first moments

Stamp = tuple[int, int, int, int]


class Saves:
    """
    The saves of certain files, from the moment this is made. A file may be a link, or lie in a folder that is one.

    Files and folders may go and come back: what comes back as it was is no save.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = tuple(files)
        self._stamps = self._look()

    def follow(self, stop: Event) -> Iterator[set[Path]]:
        """What was saved, once for each look, often nothing, until `stop`. Whoever asks again goes on from there."""
        yield self._changed()
        for _ in self._moments(stop):
            yield self._changed()

    def _changed(self) -> set[Path]:
        now = self._look()
        changed = {path for path, stamp in now.items() if self._stamps.get(path) != stamp}
        self._stamps |= now
        return changed

    def _look(self) -> dict[Path, Stamp]:
        stamps = {}
        for path in self._files:
            try:
                status = path.stat()
            except OSError:
                continue  # renamed away for the moment, or for good
            # Size and time can be the same after a save; what the system itself counts is not.
            stamps[path] = status.st_mtime_ns, status.st_size, status.st_ctime_ns, status.st_ino
        return stamps

    def _moments(self, stop: Event) -> Iterator[None]:
        """Whenever something happened beside one of the files, and every now and then."""
        try:
            for _ in _notified({path.resolve().parent for path in self._files}, stop):
                yield
        except (ImportError, OSError, RuntimeError):  # no watchfiles here, no inotify watches left, a folder is gone
            while not stop.wait(LOOK / 1000):
                yield


def _notified(folders: Iterable[Path], stop: Event) -> Iterator[object]:
    from watchfiles import watch

    return watch(
        *folders,
        watch_filter=None,
        debounce=200,
        step=20,
        stop_event=stop,
        rust_timeout=LOOK,
        yield_on_timeout=True,
        recursive=False,
    )
