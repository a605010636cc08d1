"""
What the judged code raised, as text.

The error itself is not kept: it has its traceback, that has the frames, and they would keep generators alive.
"""

import traceback

from waterclock import frames
from waterclock.errors import one_line


def told(error: BaseException) -> tuple[str, str | None, str]:
    """In one line, `file:line` in judged code, and the whole traceback."""
    return one_line(error), frames.place_of_error(error), "".join(traceback.format_exception(error))
