"""
The files that the judged code opens, so that one that is never closed is known by itself, not by its name.

That a file is about to be opened, and where, says an audit hook (`audit`). What came of it, only `open` knows.
"""

import builtins
import io
from typing import Any

from waterclock.patches.current import current
from waterclock.patches.replacing import Attribute

_real_open = io.open


def _open(*arguments: Any, **options: Any) -> Any:
    file = _real_open(*arguments, **options)
    host = current()
    if host is not None:
        host.has_opened(file)
    return file


PATCHES = [Attribute(builtins, "open", _open), Attribute(io, "open", _open)]
