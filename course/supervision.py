"""Threads that do not die in silence."""

import logging
import threading
from collections.abc import Callable

FIRST, LONGEST = 0.1, 10.0
"""Seconds before the work is begun again: after the first failure, and at most. It doubles from one to the other."""

Work = Callable[[Callable[[], None]], None]
Tell = Callable[[str | None], None]

log = logging.getLogger("course")


class Stopped(Exception):
    """Work that cannot go on for a reason that is understood: the text says it all."""


class Supervised:
    """
    A thread that does `work` until `stop` is set, and begins again when it fails.

    `work` gets a function to call whenever something has gone well. A failure is logged and told in a
    sentence; None is told once things go well again. Between two attempts there is a pause, which grows while they
    fail.
    """

    def __init__(self, name: str, work: Work, tell: Tell, stop: threading.Event) -> None:
        self._name, self._work, self._tell, self._stop = name, work, tell, stop
        self._pause = FIRST
        self._failing = False
        self._thread = threading.Thread(target=self._run, daemon=True, name=name)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._work(self._well)
                why = "it came to an end"
            except BaseException as error:  # A thread has nobody to raise to.
                if self._stop.is_set():
                    return  # What it needed is being closed.
                understood = isinstance(error, Stopped)
                why = str(error) if understood else f"{type(error).__name__}: {error}".removesuffix(": ")
                log.warning("%s stopped: %s, starting again", self._name, why, exc_info=not understood)
            if self._stop.is_set():
                return
            self._failing = True
            self._tell(f"{self._name} stopped: {why}, starting again")
            self._stop.wait(self._pause)
            self._pause = min(2 * self._pause, LONGEST)

    def _well(self) -> None:
        if self._failing:
            self._tell(None)
        self._failing, self._pause = False, FIRST
