"""
Every clock is virtual inside the lab, and real everywhere else: those of `time`, and `datetime.now()`.

The replacements look at who calls: the lab's event loop, one of its worker threads, or anybody else, who gets the real
thing. `date.today()` and `datetime.today()` ask `time.time()`, and need no replacement of their own.
"""

import datetime
import math
import operator
import time
from collections.abc import Callable, Iterator
from typing import Any

from waterclock.patches import real_time as real
from waterclock.patches.current import current
from waterclock.patches.replacing import Attribute, Method

EPOCH = 1_767_355_200.0
"""Where virtual time begins if nobody says otherwise: 2026-01-02 12:00:00 UTC, a Friday noon."""

_real_localtime = time.localtime
_TAKES_PARTS = (time.asctime, time.strftime)  # These are given the parts of a date, not seconds.


def epoch_of(starts: datetime.datetime | None) -> float:
    """The seconds that `time.time()` shows at that date; without a time zone it is UTC."""
    if starts is None:
        return EPOCH
    return (starts if starts.tzinfo else starts.replace(tzinfo=datetime.UTC)).timestamp()


def sleep_length(seconds: Any) -> float:
    """The seconds, or the error that the real `time.sleep` raises for what is not a length of time."""
    length = seconds if isinstance(seconds, float) else float(operator.index(seconds))
    if math.isnan(length):
        raise ValueError("Invalid value NaN (not a number)")
    if length < 0:
        raise ValueError("sleep length must be non-negative")
    if math.isinf(length):
        raise OverflowError("timestamp too large to convert to C PyTime_t")
    return length


def _sleep(seconds: float, /) -> None:
    host = current()
    if host is None:
        real.sleep(seconds)
    else:
        host.sleep(sleep_length(seconds))


def _seconds(original: Callable[[], float], *, calendar: bool = False) -> Callable[[], float]:
    def clock() -> float:
        host = current()
        if host is None:
            return original()
        return host.read_clock() + host.epoch if calendar else host.read_clock()

    return clock


def _nanoseconds(original: Callable[[], int], *, calendar: bool = False) -> Callable[[], int]:
    def clock() -> int:
        host = current()
        if host is None:
            return original()
        # The calendar's seconds are whole: added as an int they leave the digits behind the point alone.
        return round(host.read_clock() * 1e9) + (round(host.epoch * 1e9) if calendar else 0)

    return clock


def _calendar(original: Callable[..., Any], place: int = 0) -> Callable[..., Any]:
    """`localtime`, `ctime` and their like ask the clock only when they are not given a time, as argument `place`."""

    def shown(*arguments: Any) -> Any:
        host = current()
        if host is None or (len(arguments) > place and arguments[place] is not None):
            return original(*arguments)
        moment: Any = host.read_clock() + host.epoch
        if original in _TAKES_PARTS:
            moment = _real_localtime(moment)
        return original(*arguments[:place], moment)

    return shown


def _gettime(original: Callable[[int], Any], scale: float) -> Callable[[int], Any]:
    """`clock_gettime`: the clocks that show the time are virtual, those of the processor are real."""
    calendars = {getattr(time, name, None) for name in ("CLOCK_REALTIME", "CLOCK_TAI")}
    stop_watches = {
        getattr(time, name, None)
        for name in ("CLOCK_MONOTONIC", "CLOCK_MONOTONIC_RAW", "CLOCK_BOOTTIME", "CLOCK_UPTIME")
    }

    def gettime(clock: int, /) -> Any:
        host = current()
        if host is None or clock not in calendars | stop_watches:
            return original(clock)
        shown = host.read_clock() + (host.epoch if clock in calendars else 0.0)
        return shown if scale == 1 else round(shown * scale)

    return gettime


def _now(cls: Any, tz: datetime.tzinfo | None = None) -> Any:
    host = current()
    if host is None:
        return _plain(cls, "now", tz)
    return cls.fromtimestamp(host.read_clock() + host.epoch, tz)


def _utcnow(cls: Any) -> Any:
    host = current()
    if host is None:
        return _plain(cls, "utcnow")
    return cls.fromtimestamp(host.read_clock() + host.epoch, datetime.UTC).replace(tzinfo=None)


_ORIGINALS = {name: vars(datetime.datetime)[name] for name in ("now", "utcnow")}


def _plain(cls: Any, name: str, *arguments: Any) -> Any:
    """The original, bound to whichever subclass was asked."""
    return _ORIGINALS[name].__get__(None, cls)(*arguments)


def _replacements() -> Iterator[tuple[str, Any]]:
    yield "sleep", _sleep
    yield "monotonic", _seconds(real.monotonic)
    yield "perf_counter", _seconds(real.perf_counter)
    yield "time", _seconds(real.wall, calendar=True)
    yield "monotonic_ns", _nanoseconds(real.monotonic_ns)
    yield "perf_counter_ns", _nanoseconds(real.perf_counter_ns)
    yield "time_ns", _nanoseconds(real.wall_ns, calendar=True)
    for name in ("localtime", "gmtime", "ctime", "asctime"):
        yield name, _calendar(getattr(time, name))
    yield "strftime", _calendar(time.strftime, 1)
    if hasattr(time, "clock_gettime"):
        yield "clock_gettime", _gettime(time.clock_gettime, 1)
        yield "clock_gettime_ns", _gettime(time.clock_gettime_ns, 1e9)


REPLACED: dict[Any, Any] = {}
"""The functions of `time` and what stands in for them, for whoever finds them kept somewhere else."""

PATCHES: list[Attribute | Method] = []

for _name, _replacement in _replacements():
    _replacement.__name__ = _replacement.__qualname__ = _name
    REPLACED[getattr(time, _name)] = _replacement
    PATCHES.append(Attribute(time, _name, _replacement))
PATCHES.append(Method(datetime.datetime, "now", classmethod(_now)))
PATCHES.append(Method(datetime.datetime, "utcnow", classmethod(_utcnow)))
