"""Which warnings are for the learner."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waterclock.frames import is_library


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
