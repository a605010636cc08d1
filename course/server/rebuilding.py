"""Saved pages become a new site: a thread that watches what the site is made of, and builds it."""

import threading
from pathlib import Path

from course.server.hub import Hub
from course.site.build import build, fingerprint

PAUSE = 0.5
"""Seconds between two looks. A build takes a second or two, so a faster look would gain nothing."""


class Rebuilding:
    """Tells the pages when the site was built anew, or why it could not be."""

    def __init__(self, root: Path, hub: Hub) -> None:
        self._root = root
        self._hub = hub
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="rebuilding")
        self._seen = ""

    def start(self) -> None:
        self._seen = fingerprint(self._root)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(2)

    def _watch(self) -> None:
        # Looking costs a few milliseconds for the few hundred files of a course, and works on every file system.
        while not self._stop.wait(PAUSE):
            now = fingerprint(self._root)
            if now != self._seen:
                self._seen = now
                trouble = build(self._root)
                self._hub.publish("site", {"ok": trouble is None, "error": trouble})
