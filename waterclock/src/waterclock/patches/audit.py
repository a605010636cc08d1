"""
Calls that hold up the event loop, as Python's audit hooks see them: under any form of import.

`time.sleep` and waits for threads are not among them; they are replaced, and reported when they are called.
"""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from waterclock import frames
from waterclock.patches.current import Host, current, inside
from waterclock.patches.replacing import Attribute

_installed = False
_real_wait = subprocess.Popen.wait
_real_communicate = subprocess.Popen.communicate


def install() -> None:
    """Adds the audit hook, once per process: a hook cannot be taken away again. Outside a lab it returns at once."""
    global _installed
    if not _installed:
        _installed = True
        sys.addaudithook(_hook)


def _hook(name: str, arguments: tuple[Any, ...]) -> None:
    # Called for every audited thing that the process does: one look-up must be enough for nearly all.
    told = _TOLD.get(name)
    if told is None:
        return
    host = current()
    if host is not None:
        told(host, arguments)


def _opened(host: Host, arguments: tuple[Any, ...]) -> None:
    if isinstance(arguments[0], int):
        return  # A descriptor that is open already: a pipe of asyncio's, for instance.
    path = str(arguments[0])
    if frames.is_library(path):
        return  # Libraries read their own sources, for a traceback or a warning.
    stack = list(frames.walk(sys._getframe(2)))
    if any(_opens_for_itself(frame) for frame in stack):
        return
    where = frames.place(stack[0]) if stack else None
    if where is None:
        return
    host.note_file(path, where)
    if host.on_the_loop():
        host.hold_up("file", f"open({arguments[0]!r})", where)


def _opens_for_itself(frame: FrameType) -> bool:
    """An import reads files, and a log keeps its own open for good, whoever is the first to write to it."""
    name = frame.f_code.co_filename
    return name.startswith("<frozen importlib") or name == logging.__file__


def _connected(host: Host, arguments: tuple[Any, ...]) -> None:
    connection, address = arguments
    where = frames.place(sys._getframe(2))
    host.opened(connection.fileno(), f"the connection to {_shown(address)}", where)
    # A socket that does not block is what async code uses: it holds up nobody.
    if connection.gettimeout() != 0 and host.on_the_loop() and where:
        host.hold_up("network", f"socket.connect({address!r})", where)


def _looked_up(host: Host, arguments: tuple[Any, ...]) -> None:
    where = frames.place(sys._getframe(2))
    if host.on_the_loop() and where and not _is_number(arguments[0]):
        host.hold_up("network", f"socket.getaddrinfo({arguments[0]!r}, {arguments[1]!r})", where)


def _child_began(host: Host, arguments: tuple[Any, ...]) -> None:
    # To begin a child process takes a moment. What holds up the loop is to wait for it.
    host.opened(None, f"the child process {arguments[0]!r}", frames.place(sys._getframe(2)))


def _system(host: Host, arguments: tuple[Any, ...]) -> None:
    where = frames.place(sys._getframe(2))
    if host.on_the_loop() and where:
        host.hold_up("subprocess", f"os.system({arguments[0]!r})", where)


def _slept(host: Host, arguments: tuple[Any, ...]) -> None:
    """Python 3.13 and later tell. The lab's own sleep is not this one."""
    if arguments[0] > 0 and not inside.bypass:
        where = frames.place(sys._getframe(2))
        if where:
            host.beyond(f"a `time.sleep({arguments[0]:g})` that was kept from before the lab takes real time", where)


def _shown(address: Any) -> str:
    if isinstance(address, tuple) and len(address) >= 2:
        return f"{address[0]}:{address[1]}"
    return os.fsdecode(address) if isinstance(address, bytes | str) else str(address)


def _is_number(host: Any) -> bool:
    """An address in digits is not looked up anywhere."""
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in str(host) else socket.AF_INET, str(host))
    except OSError:
        return host is None
    return True


_TOLD: dict[str, Callable[[Host, tuple[Any, ...]], None]] = {
    "open": _opened,
    "socket.connect": _connected,
    "socket.getaddrinfo": _looked_up,
    "subprocess.Popen": _child_began,
    "os.posix_spawn": _child_began,
    "os.system": _system,
    "time.sleep": _slept,
}


def _waits_for_a_child(original: Callable[..., Any]) -> Callable[..., Any]:
    def wait(child: Any, *given: Any, **named: Any) -> Any:
        host = current()
        noted = vars(child).setdefault("_noted_by_waterclock", False)  # `run` waits in several steps.
        if host is not None and host.on_the_loop() and child.returncode is None and not noted:
            child._noted_by_waterclock = True
            where = frames.place(sys._getframe(1))
            if where:
                host.hold_up("subprocess", f"subprocess {_program(child.args)!r}", where)
        return original(child, *given, **named)

    wait.__name__ = original.__name__
    return wait


def _program(args: Any) -> str:
    return os.fsdecode(args if isinstance(args, str | bytes | os.PathLike) else next(iter(args)))


def _sends(original: Callable[..., Any]) -> Callable[..., Any]:
    def send(connection: Any, *given: Any, **named: Any) -> Any:
        host = current()
        if host is not None:
            host.touched()
        return original(connection, *given, **named)

    send.__name__ = original.__name__
    return send


PATCHES = [
    Attribute(subprocess.Popen, "send_signal", _sends(subprocess.Popen.send_signal)),
    Attribute(subprocess.Popen, "wait", _waits_for_a_child(_real_wait)),
    Attribute(subprocess.Popen, "communicate", _waits_for_a_child(_real_communicate)),
    *(
        Attribute(socket.socket, name, _sends(getattr(socket.socket, name)))
        for name in ("send", "sendall", "sendto", "sendmsg")
        if hasattr(socket.socket, name)
    ),
]
