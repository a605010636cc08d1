"""
Streams judged in virtual time: when bytes leave, exactly, and what is left behind.

    from waterclock import Lab

    with Lab(app) as lab:
        client = lab.get("/alerts")
        lab.advance(60)
        client.chunks          # [(0.0, b"…"), (15.0, b"…"), …]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waterclock.expectations import Unmet, chunk, event, expect, item, line, ping
    from waterclock.lab import (
        CannotJudge,
        EndlessLoop,
        Exchange,
        Lab,
        LabError,
        NoTimePasses,
        Patience,
        Reader,
        Shutdown,
        StandsStill,
        StartupFailed,
        WaitsForEver,
        WebSocket,
    )

__version__ = "0.1.0"

__all__ = [
    "CannotJudge",
    "EndlessLoop",
    "Exchange",
    "Lab",
    "LabError",
    "NoTimePasses",
    "Patience",
    "Reader",
    "Shutdown",
    "StandsStill",
    "StartupFailed",
    "Unmet",
    "WaitsForEver",
    "WebSocket",
    "chunk",
    "event",
    "expect",
    "item",
    "line",
    "ping",
]

_EXPECTATIONS = {"Unmet", "chunk", "event", "expect", "item", "line", "ping"}


def __getattr__(name: str) -> Any:
    """Loads the lab with the first name that is asked for (PEP 562): pytest loads the plugin in every project."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("waterclock.expectations" if name in _EXPECTATIONS else "waterclock.lab"), name)
