"""The real clocks and the real sleep, kept before anything is replaced."""

import threading
import time

sleep = time.sleep
monotonic = time.monotonic
monotonic_ns = time.monotonic_ns
perf_counter = time.perf_counter
perf_counter_ns = time.perf_counter_ns
wall = time.time
wall_ns = time.time_ns
start_thread = threading.Thread.start


def own_cpu_clock() -> int | None:
    """The CPU clock of the calling thread, to be read by others; None where there is none (macOS, Windows)."""
    get_clock = getattr(time, "pthread_getcpuclockid", None)
    if get_clock is None:
        return None
    # Asked by the thread itself: asking for a thread that has ended crashes the process.
    clock: int = get_clock(threading.get_ident())
    return clock


def cpu(clock: int | None) -> float | None:
    """CPU seconds by that clock, or None where the system does not tell or the thread has ended."""
    if clock is None:
        return None
    try:
        return time.clock_gettime(clock)
    except OSError:
        return None
