"""
How much there is room for at once: a process may have only so many files open, and judging needs some of them.

macOS begins with 256 (and lets a process take more), Linux with 1024. Whoever comes when all is taken is told so.
"""

import contextlib
import sys
from dataclasses import dataclass

from starlette.responses import PlainTextResponse

MOST = 10_240  # descriptors that are asked for: macOS grants no more
RESERVE = 96  # kept for judging, building, files that are read, and those who are being refused
REFUSED = 32  # connections too many that are told so; more are closed without a word
BURST = 4  # connections that are accepted before the first of them is looked at


@dataclass(frozen=True)
class Room:
    """Connections in all, pages that listen, and requests that the lessons' apps are working on."""

    connections: int
    listeners: int
    apps: int

    @classmethod
    def within(cls, descriptors: int) -> "Room":
        """A request to an app takes two descriptors here: the reader's connection, and ours to the app."""
        apps = min(256, descriptors // 8)
        connections = max(16, descriptors - RESERVE - apps)
        return cls(connections, listeners=connections * 2 // 3, apps=apps)


if sys.platform == "win32":

    def descriptors() -> int:
        return MOST

else:
    import resource

    def descriptors() -> int:
        """How many files this process may have open, after it has asked for as many as it can get."""
        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST if most == resource.RLIM_INFINITY else min(MOST, most)
        if now != resource.RLIM_INFINITY and now < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        now, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return MOST if now == resource.RLIM_INFINITY else min(MOST, now)


def full(sentence: str) -> PlainTextResponse:
    """The answer to whoever comes too many."""
    headers = {"retry-after": "5", "connection": "close"}
    return PlainTextResponse(f"{sentence} Try again in a moment.\n", status_code=503, headers=headers)
