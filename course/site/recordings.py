"""
Streams of the lessons' apps, recorded on a real server when the site is built.

A page plays its recording when no course server is behind it. Recordings are kept below `.course/recordings` by what
they were made from, so that a build which changes no app records nothing.
"""

import hashlib
import json
import os
import socket
from base64 import b64encode
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from waterclock.live import CannotStart, Server
from waterclock.live.wire import Wire, fields

from course.loading import Unloadable, load

LIMIT = 15.0
"""Seconds after which a stream that has not ended is left."""
MOST = 256 * 1024
"""Bytes after which it is left, too: a page has to carry them."""
AT_ONCE = 8
"""Takes recorded at the same time. With more of them, they would hold each other up and the times would show it."""
FORMAT = 2

Recording = dict[str, Any]


class Unrecordable(Exception):
    """A stream that a page wants to show cannot be recorded. One sentence, with the app and the path."""


@dataclass(frozen=True)
class Take:
    """What one demo asks of one app, all at the same moment. Each take has a server to itself."""

    app: Path
    paths: tuple[str, ...]

    @property
    def key(self) -> str:
        """Changes with everything that a recording depends on: the app, what lies beside it, versions."""
        made_from = [*self.paths, str(FORMAT), str(LIMIT)]
        made_from += [f"{name} {version(name)}" for name in ("fastapi", "starlette", "uvicorn", "waterclock")]
        digest = hashlib.sha256("\0".join(made_from).encode())
        for path in sorted(self.app.parent.rglob("*")):
            if path.is_file() and path.suffix != ".md" and "__pycache__" not in path.parts:
                digest.update(f"\0{path.relative_to(self.app.parent).as_posix()}\0".encode() + path.read_bytes())
        return digest.hexdigest()[:20]


def recordings(
    takes: Iterable[Take], folder: Path, *, limit: float = LIMIT
) -> tuple[dict[Take, Recording], list[Unrecordable]]:
    """
    The recording of each take, from `folder` or made now, some at once; and why some could not be made.

    `{"v": 1, "made": "2026-11-20", "streams": [{"path", "status", "headers", "chunks", "raw", "state", "ended_at",
    "error"}]}`. `chunks` are bodies as they arrived, `raw` is what was read from the socket; both are lists of
    [seconds since the request, base64], and raw[0] is the head of the response.
    """
    wanted = {take: folder / f"{take.key}.json" for take in takes}
    found = {take: kept for take, path in wanted.items() if (kept := _kept(path)) is not None}
    missing = [take for take in wanted if take not in found]
    troubles: list[Unrecordable] = []
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, len(missing), AT_ONCE):
        made, failed = _record(missing[first : first + AT_ONCE], limit)
        for take, recording in made.items():
            _keep(wanted[take], recording)
        found |= made
        troubles += failed
    return found, troubles


def _kept(path: Path) -> Recording | None:
    try:
        recording: Recording = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return recording


def _keep(path: Path, recording: Recording) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")  # two builds may run at once
    fresh.write_text(json.dumps(recording), encoding="utf-8")
    fresh.replace(path)


def _record(takes: list[Take], limit: float) -> tuple[dict[Take, Recording], list[Unrecordable]]:
    made: dict[Take, Recording] = {}
    troubles: list[Unrecordable] = []
    with ExitStack() as stack:
        # A server for each, and all of them up before the first request: they must not hold each other up.
        servers: dict[Take, Server] = {}
        for take in takes:
            try:
                servers[take] = _serve(take, stack)
            except Unrecordable as trouble:
                troubles.append(trouble)
        for server in servers.values():
            server.get("/nowhere", timeout=limit).wait(end=True)  # an app's first answer is late: imports, compiling
        pool = stack.enter_context(ThreadPoolExecutor(1 + sum(len(take.paths) for take in servers)))
        asked = {
            take: [pool.submit(_listen, server.port, path, limit) for path in take.paths]
            for take, server in servers.items()
        }
        today = date.today().isoformat()
        for take, futures in asked.items():
            try:
                streams = [_accepted(take, future.result()) for future in futures]
                made[take] = {"v": 1, "made": today, "streams": streams}
            except Unrecordable as trouble:
                troubles.append(trouble)
    return made, troubles


def _serve(take: Take, stack: ExitStack) -> Server:
    try:
        return stack.enter_context(Server(load(take.app).app))
    except (Unloadable, AttributeError, CannotStart) as trouble:
        raise Unrecordable(f"{_named(take)} cannot be recorded: it does not start. {trouble}") from trouble


def _accepted(take: Take, stream: Recording) -> Recording:
    status = stream["status"]
    if status is None:
        raise Unrecordable(f"{_named(take)} did not answer {stream['path']}: {stream['error'] or 'silence'}.")
    if status >= 400:
        raise Unrecordable(f"{_named(take)} answered {stream['path']} with {status}, and a demo should show a stream.")
    return stream


def _named(take: Take) -> str:
    return f"{take.app.parent.name}/{take.app.name}"


def _listen(port: int, path: str, limit: float) -> Recording:
    """One stream, read as it comes."""
    wire = Wire("GET", path, fields(None, f"127.0.0.1:{port}"), 0)
    reads: list[tuple[float, bytes]] = []
    with socket.create_connection(("127.0.0.1", port), timeout=limit) as connection:
        began = perf_counter()
        connection.sendall(wire.head)
        while wire.state == "open":
            try:
                connection.settimeout(max(limit - (perf_counter() - began), 0.001))
                data = connection.recv(65536)
            except TimeoutError:
                wire.leave(perf_counter() - began)
                break
            except OSError as broken:
                wire.cut(f"the connection broke: {broken.strerror or broken}", perf_counter() - began)
                break
            at = perf_counter() - began
            reads.append((at, data))
            wire.feed(data, at)
            if len(wire.raw) > MOST:
                wire.leave(at)
    return {
        "path": path,
        "status": wire.status,
        "headers": wire.headers,
        "chunks": [_placed(at, chunk) for at, chunk in wire.chunks],
        "raw": [_placed(at, data) for at, data in _head_first(reads)],
        "state": wire.state,
        "ended_at": round(wire.ended_at or 0.0, 3),
        "error": wire.error,
    }


def _head_first(reads: list[tuple[float, bytes]]) -> list[tuple[float, bytes]]:
    """The reads, cut and joined so that the first is the head of the response (RFC 9112, section 2.1) and no more."""
    head = b""
    for n, (at, data) in enumerate(reads):
        head += data
        if (end := head.find(b"\r\n\r\n") + 4) > 3:
            rest = [(at, head[end:])] if head[end:] else []
            return [(at, head[:end]), *rest, *((later, more) for later, more in reads[n + 1 :] if more)]
    return []


def _placed(at: float, data: bytes) -> list[Any]:
    """Milliseconds are all that a drawing shows, and all that is worth keeping."""
    return [round(at, 3), b64encode(data).decode()]
