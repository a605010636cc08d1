"""The signal handlers of the app in a lab. What the server does on SIGINT and SIGTERM is the handler that they find."""

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waterclock.lab.loop import LabLoop

_STOP = (signal.SIGINT, signal.SIGTERM)


class Signals:
    """`on_exit` is called with the number when a signal reaches the server's own handler."""

    def __init__(self, loop: "LabLoop") -> None:
        self._loop = loop
        self.on_exit: Callable[[int], None] = lambda number: None
        self._handlers: dict[int, Any] = dict.fromkeys(_STOP, self.handle_exit)

    def handle_exit(self, number: int, frame: Any = None) -> None:
        """What a server installs before the app starts."""
        self.on_exit(number)

    def set(self, number: int, handler: Any) -> Any:
        """As `signal.signal`: returns the handler there was. Raises TypeError for what is none."""
        if not callable(handler) and handler not in (signal.SIG_DFL, signal.SIG_IGN):
            raise TypeError("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
        before = self.get(number)
        self._handlers[number] = handler
        return before

    def get(self, number: int) -> Any:
        return self._handlers.get(number, signal.SIG_DFL)

    def deliver_soon(self, number: int) -> None:
        """From any thread: the handler runs on the loop's thread, between two callbacks."""
        handler = self.get(number)
        if callable(handler):
            self._loop.call_soon_threadsafe(handler, number, None)
        elif handler == signal.SIG_DFL:
            name = signal.Signals(number).name
            self._loop.problems.append(f"{name} came and nobody handles it: the process would have ended")
