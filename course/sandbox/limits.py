"""What a submission may use up before it is stopped."""

import math
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """For calls that the lab cannot cut off itself. Seconds are per criterion; the rest is in bytes."""

    seconds: float = 10.0  # of the processor's time, which a busy machine does not use up; the lab takes milliseconds
    live_seconds: float = 30.0  # the same on a real server
    idle: float = 3.0  # times as long by the clock on the wall, for what waits and does not compute
    memory: int = 2 << 30  # on top of what the toolkit itself holds
    file: int = 512 << 20  # the largest file, print output included

    def apply(self) -> None:
        """Limit this process. Filling memory is then a MemoryError, filling the disk an OSError; the machine lives."""
        try:
            import resource
        except ImportError:  # Windows has no such limits.
            return
        page = resource.getpagesize()
        try:
            held = int(Path("/proc/self/statm").read_text().split()[5]) * page
        except (OSError, IndexError):
            held = 256 << 20
        # Not RLIMIT_AS: that one counts the 64 MiB of addresses that glibc merely reserves for each thread.
        for kind, wanted in ((resource.RLIMIT_DATA, held + self.memory), (resource.RLIMIT_FSIZE, self.file)):
            _, hard = resource.getrlimit(kind)
            if hard == resource.RLIM_INFINITY or wanted < hard:
                resource.setrlimit(kind, (wanted, hard))

    def begin(self, seconds: float) -> None:
        """From now on this process may compute for so long; then it is sent SIGXCPU. Nothing where there is none."""
        try:
            import resource
        except ImportError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        wanted = math.ceil(used.ru_utime + used.ru_stime + seconds)
        if hard == resource.RLIM_INFINITY or wanted < hard:
            resource.setrlimit(resource.RLIMIT_CPU, (wanted, hard))


COMPUTED = getattr(signal, "SIGXCPU", None)
"""What ends a process that has computed for too long."""
