"""What every test finds, however the suite was started and whatever became of the test before."""

import gc
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest


def hear_signals() -> None:
    """
    Let the processes that tests start hear Ctrl+C and a hang-up, in the background and under nohup too.

    There SIGINT, SIGQUIT or SIGHUP is ignored, and children inherit that; what is caught they do not inherit (POSIX,
    `exec`). So what was ignored is caught, and the suite lives on after a hang-up as it did. For the main thread.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)  # Windows has neither.
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@pytest.fixture(autouse=True)
def no_lab_stays_open() -> Iterator[None]:
    """A test that leaves a lab open is told so, whether it failed or not, and the next one finds none."""
    before = _count()
    kept = _sessions() if before else []  # Labs of a fixture that serves several tests.
    yield
    if _count() <= before:
        return
    for session in _sessions():
        if session not in kept:
            session.close()
    for _ in range(_count() - before):  # A lab that was interrupted on its way up has nothing else to give back.
        sys.modules["waterclock.patches"].undo()
    pytest.fail("This test left a lab open. It is closed now; `with Lab()` would have closed it.", pytrace=False)


def _count() -> int:
    """How many labs are open. Nothing is imported to find out."""
    patches = sys.modules.get("waterclock.patches")
    return patches._open if patches is not None else 0


def _sessions() -> list[Any]:
    """What drives the labs that are open: a lab that nobody holds on to may be gone, and its thread is not."""
    from waterclock.lab.session import Session

    return [each for each in gc.get_objects() if issubclass(type(each), Session) and each.is_open]
