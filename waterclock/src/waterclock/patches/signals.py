"""
Signals inside the lab: the handlers of its app are its own, and a signal that the app sends itself arrives there.

A server runs its app in the main thread, where `signal.signal` is allowed. The lab's loop has another thread, and the
handlers of the process belong to whoever runs the test.
"""

import os
import signal
from typing import Any

from waterclock.patches.current import Host, current
from waterclock.patches.replacing import Attribute

_real_signal = signal.signal
_real_getsignal = signal.getsignal
_real_raise = signal.raise_signal
_real_kill = os.kill


def _on_the_loop() -> Host | None:
    """In a thread of the app the real function says what it says on a server: only in the main thread."""
    host = current()
    return host if host is not None and host.on_the_loop() else None


def _signal(number: int, handler: Any) -> Any:
    host = _on_the_loop()
    return _real_signal(number, handler) if host is None else host.signals.set(number, handler)


def _getsignal(number: int) -> Any:
    host = current()
    return _real_getsignal(number) if host is None else host.signals.get(number)


def _raise_signal(number: int) -> None:
    host = current()
    if host is None:
        _real_raise(number)
    else:
        host.signals.deliver_soon(number)


def _kill(pid: int, number: int) -> None:
    host = current()
    if host is None or pid != os.getpid() or number == 0:
        if host is not None:
            host.touched()  # A child process may answer by ending.
        _real_kill(pid, number)
    else:
        host.signals.deliver_soon(number)


PATCHES = [
    Attribute(signal, "signal", _signal),
    Attribute(signal, "getsignal", _getsignal),
    Attribute(signal, "raise_signal", _raise_signal),
    Attribute(os, "kill", _kill),
]
