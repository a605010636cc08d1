"""
Event loops of their own in threads of the lab: `asyncio.run` in a `def` endpoint.

Such a loop gets a selector that waits in virtual time. It is asyncio's own loop, also where a policy names another.
"""

import asyncio
import selectors
import sys
from collections.abc import Mapping
from typing import Any

from waterclock.patches.current import Host, Wakeup, current
from waterclock.patches.replacing import Attribute

_real_new_event_loop = asyncio.new_event_loop
_real_run: Any = asyncio.Handle._run  # The one place where a loop calls anybody.
_OWN_PIPE = 1


class _Inner(selectors.BaseSelector):
    """Wraps a real selector, which the lab's own watches while the thread waits."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._real = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = self._real.select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        until = None if timeout is None else self._host.now + timeout
        wakeup: Wakeup = self._host.wakeup("an event loop of its own")
        unwatch = self._host.watch(self._real, wakeup, len(self._real.get_map()) > _OWN_PIPE)
        try:
            wakeup.wait(until)
        finally:
            unwatch()
        return self._real.select(0)

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class _InnerLoop(asyncio.SelectorEventLoop):
    """Its time is the lab's. Two timers a microsecond apart are two timers."""

    def __init__(self, host: Host) -> None:
        self._host = host
        super().__init__(_Inner(host))
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self._host.now


def _new_event_loop(*given: Any) -> Any:
    host = current()
    return _real_new_event_loop(*given) if host is None or host.on_the_loop() else _InnerLoop(host)


def _selector_event_loop(original: Any) -> Any:
    """`asyncio.Runner(loop_factory=…)` and libraries name the class or a maker of their own."""

    def make(*given: Any, **named: Any) -> Any:
        host = current()
        return original(*given, **named) if host is None or host.on_the_loop() else _InnerLoop(host)

    return make


def _run(handle: asyncio.Handle) -> None:
    host = current()
    if host is None or handle._loop is not host:  # type: ignore[attr-defined]
        _real_run(handle)
    else:
        host.runs(handle._callback, lambda: _real_run(handle))  # type: ignore[attr-defined]


def patches() -> list[Attribute]:
    """Asked for whenever a lab opens: uvloop may have been imported since."""
    found = [Attribute(module, "new_event_loop", _new_event_loop) for module in (asyncio, asyncio.events)]
    found.append(Attribute(asyncio.Handle, "_run", _run))
    uvloop = sys.modules.get("uvloop")
    if uvloop is not None:
        found.append(Attribute(uvloop, "new_event_loop", _selector_event_loop(uvloop.new_event_loop)))
    return found
