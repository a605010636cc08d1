"""A world in which nobody tidies up: what the learner's code does not close stays open."""

import builtins
import contextlib
import gc
import gzip
import io
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from starlette.responses import StreamingResponse


@contextlib.contextmanager
def untidied() -> Iterator[None]:
    """
    Nothing is closed because Python lost sight of it: the garbage collector is off, and streams and files are kept.

    Whether the last reference to one goes at once depends on where a cancellation happened to be raised.
    """
    kept: list[Any] = []

    def keeping(make: Callable[..., Any]) -> Callable[..., Any]:
        def make_and_keep(*arguments: Any, **options: Any) -> Any:
            kept.append(made := make(*arguments, **options))
            return made

        return make_and_keep

    def beginning(begin: Callable[..., None]) -> Callable[..., None]:
        def begin_and_keep(self: Any, *arguments: Any, **options: Any) -> None:
            begin(self, *arguments, **options)
            kept.append((self, vars(self).get("body_iterator")))

        return begin_and_keep

    enabled = gc.isenabled()
    gc.disable()
    try:
        with contextlib.ExitStack() as patches:
            for place, name in ((builtins, "open"), (io, "open")):
                patches.enter_context(patch.object(place, name, keeping(getattr(place, name))))
            for kind in (StreamingResponse, gzip.GzipFile):
                patches.enter_context(patch.object(kind, "__init__", beginning(kind.__init__)))
            yield
    finally:
        if enabled:
            gc.enable()
