"""Programs run for a page: a lesson's app on a free port, commands against it, output that stays the same."""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from course.catalog import Catalog

CANONICAL = "127.0.0.1:8000"  # the address that pages show, wherever the app really ran
LIMIT = 60  # seconds for one command

_VOLATILE = (
    (re.compile(r"^((?:[<*] )?(?:date|last-modified)): .*$", re.M | re.I), r"\1: Fri, 20 Nov 2026 07:00:00 GMT"),
    (re.compile(r'^((?:[<*] )?etag): "[^"]*"', re.M | re.I), r'\1: "6bd1f7c0a9e2"'),
)
_TIME = re.compile(r"\b\d+(?:\.\d+)?(?= ?(?:s|ms|µs)\b)")
_NUMBER = re.compile(r"\d[\d,_]*(?:\.\d+)?")
_SPACE = re.compile(r"[ \t]+")


@contextlib.contextmanager
def served(app: Path) -> Iterator[str]:
    """A lesson's app on a real server; hands out its `host:port`."""
    from waterclock.live import Server

    from course.loading import load

    with Server(load(app).app) as server:
        yield f"127.0.0.1:{server.port}"


def shell(command: str, stop_after: float | None = None) -> str:
    """What a shell command prints, errors included; Ctrl+C is pressed after `stop_after` seconds."""
    process = subprocess.Popen(
        ["/bin/sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        return process.communicate(timeout=stop_after or LIMIT)[0].decode(errors="replace")
    except subprocess.TimeoutExpired:
        if stop_after:
            os.killpg(process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=LIMIT)[0].decode(errors="replace").rstrip("\n") + "\n^C\n"
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        why = "does not end at Ctrl+C" if stop_after else "does not end by itself, so give stop_after=…"
        raise RuntimeError(f"{why}: {command}") from None


def execute(command: list[str]) -> str:
    """What a Python program prints; raises RuntimeError with all it said when it fails."""
    environment = os.environ | {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command,
        cwd=Catalog().root,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=LIMIT,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def settled(printed: str) -> list[str]:
    """The lines of an output without what differs on every machine: dates, paths, trailing space."""
    printed = printed.replace("\r\n", "\n").replace(f"{Catalog().root}{os.sep}", "").strip("\n")
    for volatile, instead in _VOLATILE:
        printed = volatile.sub(instead, printed)
    return [line.rstrip() for line in printed.split("\n")]


def same_but_for_times(one: list[str], other: list[str]) -> bool:
    """Whether two outputs tell the same story: measured times and the width of columns may differ."""
    return _masked(one, _TIME) == _masked(other, _TIME)


def same_but_for_numbers(one: list[str], other: list[str]) -> bool:
    """The same where every number is measured."""
    return _masked(one, _NUMBER) == _masked(other, _NUMBER)


def same_arrivals(one: list[str], other: list[str]) -> bool:
    """Whether two traces list the same arrivals in the same order; the drawing below the list is all measured."""
    return same_but_for_numbers(_listed(one), _listed(other))


def _masked(lines: list[str], measured: re.Pattern[str]) -> str:
    return _SPACE.sub(" ", measured.sub("0", "\n".join(lines)))


def _listed(lines: list[str]) -> list[str]:
    return lines[: lines.index("")] if "" in lines else lines
