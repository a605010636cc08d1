"""
Streaming apps judged in virtual time.

    with Lab(app) as lab:
        ticks = lab.get("/ticks")
        lab.advance(60)
        ticks.status, ticks.chunks     # 200, [(0.0, b"tick 0\\n"), (1.0, b"tick 1\\n"), …]

Sixty seconds pass in a millisecond, and every chunk carries its exact time. Import this module before the app that is
judged: importing it replaces `time.sleep` and the clocks of `time` by versions that are virtual inside a lab and real
everywhere else.
"""

from course.lab import adoption, blocking, virtual_time
from course.lab.blocking import Blocked
from course.lab.errors import CutOff, EndlessLoop, LabClosed, LabError, NoTimePasses, StandsStill, StartupFailed
from course.lab.exchange import Exchange
from course.lab.lab import Lab
from course.lab.leftovers import Leftover
from course.lab.reader import Reader
from course.lab.watchdog import Patience

virtual_time.install()
adoption.install()
blocking.install()

__all__ = [
    "Blocked",
    "CutOff",
    "EndlessLoop",
    "Exchange",
    "Lab",
    "LabClosed",
    "LabError",
    "Leftover",
    "NoTimePasses",
    "Patience",
    "Reader",
    "StandsStill",
    "StartupFailed",
]
