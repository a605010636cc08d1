"""
Streaming apps judged in virtual time.

    with Lab(app) as lab:
        ticks = lab.get("/ticks")
        lab.advance(60)
        ticks.status, ticks.chunks     # 200, [(0.0, b"tick 0\\n"), (1.0, b"tick 1\\n"), …]

Sixty seconds pass in a millisecond, and every chunk carries its exact time. While a lab is open, the clocks, the sleep
and the locks of Python are virtual for the code inside it, and what they always were for everybody else.
"""

from waterclock.errors import (
    CannotJudge,
    CutOff,
    EndlessLoop,
    LabClosed,
    LabError,
    NoTimePasses,
    StandsStill,
    StartupFailed,
    WaitsForEver,
)
from waterclock.lab.beyond import Beyond
from waterclock.lab.blocking import Blocked
from waterclock.lab.exchange import Exchange
from waterclock.lab.lab import Lab
from waterclock.lab.leftovers import Leftover
from waterclock.lab.reader import Reader
from waterclock.lab.shutdown import Shutdown
from waterclock.lab.watchdog import Patience
from waterclock.lab.websocket import WebSocket

__all__ = [
    "Beyond",
    "Blocked",
    "CannotJudge",
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
    "Shutdown",
    "StandsStill",
    "StartupFailed",
    "WaitsForEver",
    "WebSocket",
]
