"""Saved pages become a new site: a thread that watches what the site is made of, and builds it."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from course.locking import locked
from course.server.hub import Hub
from course.site.build import build, fingerprint
from course.supervision import Supervised

PAUSE = 0.5
"""Seconds between two looks. A build takes a second or two, so a faster look would gain nothing."""
PATIENCE = 120.0
"""Seconds to wait for the build of another server on the same checkout."""


def build_alone(root: Path) -> str | None:
    """Build what is stale, while no other server does."""
    with locked(root / ".course" / "site.lock", PATIENCE):
        return build(root)


class Rebuilding:
    """Tells the pages when the site was built anew, or why it could not be. `tell` as for `Judging`."""

    def __init__(self, root: Path, hub: Hub, tell: Callable[[str, str | None], None]) -> None:
        self._root = root
        self._hub = hub
        self._stop = threading.Event()
        self._thread = Supervised("rebuilding", self._watch, partial(tell, "rebuilding"), self._stop)
        self._seen = ""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(2)

    def _watch(self, well: Callable[[], None]) -> None:
        # Looking costs a few milliseconds for the few hundred files of a course, and works on every file system.
        self._seen = self._seen or fingerprint(self._root)
        while not self._stop.wait(PAUSE):
            try:
                now = fingerprint(self._root)
            except FileNotFoundError:
                continue  # a folder went while it was being listed
            if now != self._seen:
                trouble = build_alone(self._root)
                self._seen = now
                self._hub.publish("site", {"ok": trouble is None, "error": trouble})
            well()
