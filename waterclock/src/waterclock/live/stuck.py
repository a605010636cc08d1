"""A thread whose event loop never gets its turn: where it is, and how to end it."""

import ctypes
import sys
import threading
import traceback
from pathlib import Path

from waterclock.frames import of_thread

_HERE = Path(__file__).parent
_LOOKS = 500  # A stream without a pause spends most of its time in the libraries; its own line shows in a few percent.


class Interrupted(Exception):
    """Raised from outside in a handler that does not let go of the loop. It ends that handler, and the loop goes on."""


def busy_at(thread: threading.Thread) -> str:
    """The line of the app, as `file.py:line`, that the thread is at: the first one seen in some looks at its stack."""
    for _ in range(_LOOKS):
        frame = of_thread(thread.ident or 0)
        for entry in reversed(traceback.extract_stack(frame, 50) if frame else []):
            path = Path(entry.filename)
            if "site-packages" not in path.parts and path.parent != _HERE and not path.is_relative_to(sys.base_prefix):
                return f"{path.name}:{entry.lineno}"
        threading.Event().wait(0.001)
    return "an unknown place"


def interrupt(thread: threading.Thread, until: threading.Event) -> None:
    """Raises `Interrupted` in the thread, again and again for some seconds, as a handler may catch what it wants."""
    ident = ctypes.c_ulong(thread.ident or 0)
    for _ in range(20):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(Interrupted))
        if until.wait(0.2):
            return
