"""What a learner's code may not do to the process that judges it, and which warnings are for the learner."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from waterclock.frames import is_library


class ProcessExit(SystemExit):
    """Raised in place of `os._exit`."""


def _refuse(status: int = 0) -> NoReturn:
    raise ProcessExit(f"os._exit({status})")


@contextmanager
def guards() -> Iterator[None]:
    """Within it `os._exit` raises instead of ending the process."""
    real = os._exit
    os._exit = _refuse
    try:
        yield
    finally:
        os._exit = real


@contextmanager
def only_their_warnings() -> Iterator[None]:
    """
    Within it a warning is shown only if it names a line of the learner's.

    A coroutine that nobody awaited is warned about where it is thrown away, and that may be in the judge.
    """
    with warnings.catch_warnings():
        shown = warnings.showwarning

        def show(message: Any, category: Any, filename: str, *rest: Any, **more: Any) -> None:
            if not is_library(filename):
                shown(message, category, filename, *rest, **more)

        warnings.showwarning = show
        yield
