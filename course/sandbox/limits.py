"""What a submission may use up before it is stopped."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """For calls that the lab cannot cut off itself. Seconds are real ones, per criterion; the rest is in bytes."""

    seconds: float = 10.0  # in the lab, which takes milliseconds
    live_seconds: float = 30.0  # on a real server
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
