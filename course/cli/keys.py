"""One key at a time, without waiting for Enter, on POSIX and on Windows."""

import os
import sys
from types import TracebackType
from typing import Protocol, Self


class Keys(Protocol):
    """A terminal that gives single keys while the block lasts, and is as before after it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None: ...

    def read(self, seconds: float) -> str | None:
        """The next key, lower case; None when none comes in time. Raises EOFError when the terminal is gone."""
        ...


if sys.platform == "win32":
    import msvcrt
    from time import monotonic, sleep

    class _Windows:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read(self, seconds: float) -> str | None:
            deadline = monotonic() + seconds
            while not msvcrt.kbhit():
                if monotonic() >= deadline:
                    return None
                sleep(0.02)
            key = msvcrt.getwch()
            if key in ("\x00", "\xe0"):  # An arrow or function key: a second code follows and means nothing here.
                msvcrt.getwch()
                return None
            if key == "\x03":
                raise KeyboardInterrupt
            return key.lower()

    def terminal() -> Keys:
        return _Windows()

else:
    import re
    import select
    import termios
    import tty

    # Arrows, function keys, focus: no keys of ours. A lone Escape is the last of them.
    ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1bO.|\x1b.?")

    class _Posix:
        """Keys come at once and are not shown; Ctrl+C stays a signal."""

        def __enter__(self) -> Self:
            self._descriptor = sys.stdin.fileno()
            self._pressed = b""
            self._before = termios.tcgetattr(self._descriptor)
            tty.setcbreak(self._descriptor)
            return self

        def __exit__(self, *_: object) -> None:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

        def read(self, seconds: float) -> str | None:
            ready, _, _ = select.select([self._descriptor], [], [], 0 if self._pressed else seconds)
            if ready:
                more = os.read(self._descriptor, 64)
                if not more:
                    raise EOFError("the terminal is gone")
                self._pressed = ESCAPES.sub(b"", self._pressed + more)
            key, self._pressed = self._pressed[:1], self._pressed[1:]
            return key.decode("ascii", "replace").lower() or None

    def terminal() -> Keys:
        return _Posix()
