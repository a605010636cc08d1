"""`course doctor`: whether this machine has what the course needs. It changes nothing."""

import os
import platform
import re
import shutil
import socket
import sqlite3
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Literal

from course.catalog import Catalog
from course.cli import output

Finding = tuple[Literal["ok", "note", "problem"], str]
SERVICES = {"redis-server": "Redis Streams", "initdb": "PostgreSQL", "nginx": "the proxy lesson"}
MARKS = {"ok": "✓ ok     ", "note": "– note   ", "problem": "✗ problem"}


def examine() -> None:
    """Exit 0 when the course can run here, 2 when something it needs is missing."""
    catalog = Catalog()
    broken = False
    for check in (_python, _tree, _writable, _packages, _judging, _port, _terminal, _services):
        for state, text in check(catalog):
            broken = broken or state == "problem"
            print(f"{MARKS[state]}  {text}", flush=True)
    raise SystemExit(output.BROKEN if broken else output.PASSED)


def _python(catalog: Catalog) -> Iterator[Finding]:
    state: Literal["ok", "problem"] = "ok" if sys.version_info >= (3, 11) else "problem"
    wanted = "" if state == "ok" else "; the course needs 3.11 or newer"
    yield state, f"Python {platform.python_version()} on {platform.system()}{wanted}"


def _tree(catalog: Catalog) -> Iterator[Finding]:
    if not catalog.lessons:
        yield "problem", f"No lessons in {catalog.root}"
        return
    entries = catalog.entries()
    yield "ok", f"Lessons: {len(catalog.lessons)}, exercises: {len(entries)}, in {catalog.root}"
    for entry in entries:
        if not entry.path.exists():
            yield "note", f"{catalog.shown(entry.path)} is gone. Try: course reset {entry.id}"
        if not entry.grader.exists():
            yield "problem", f"{catalog.shown(entry.grader)} is gone. Try: git status"


def _writable(catalog: Catalog) -> Iterator[Finding]:
    for folder in (catalog.root, catalog.root / "exercises"):
        if not os.access(folder, os.W_OK):
            yield "note", f"{folder} is read-only: no progress is kept, and exercises cannot be edited there"


def _packages(catalog: Catalog) -> Iterator[Finding]:
    tested = dict(re.findall(r"^([\w.-]+)==(\S+)", _text(catalog.root / "constraints.txt"), re.MULTILINE))
    tested = {_canonical(name): version for name, version in tested.items()}
    project = tomllib.loads(_text(catalog.root / "pyproject.toml")).get("project", {})
    other = 0
    for requirement in project.get("dependencies", []):
        if "sys_platform == 'win32'" in requirement and os.name != "nt":
            continue
        name = _canonical(re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0])
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield "problem", f"{name} is not installed. Try: make learn"
            continue
        if installed != tested.get(name, installed):
            other += 1
            yield "note", f"{name} {installed} is installed; the course was tested with {tested[name]}"
    if project and not other:
        yield "ok", "Packages are those that the course was tested with"


def _judging(catalog: Catalog) -> Iterator[Finding]:
    from course.sandbox import Grader

    with output.waiting("starting a judging process …"), Grader(catalog) as grader:
        trouble = grader.trouble()
    if trouble is None:
        yield "ok", "The judging process starts"
    else:
        yield "problem", f"The judging process does not start: {trouble.splitlines()[-1]}"


def _port(catalog: Catalog) -> Iterator[Finding]:
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", 8000)) == 0
    yield ("note", "Port 8000 is taken; the next free one is used") if taken else ("ok", "Port 8000 is free")


def _terminal(catalog: Catalog) -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        yield "note", f"The terminal speaks {sys.stdout.encoding}, not UTF-8: some symbols show as question marks"
    columns = shutil.get_terminal_size().columns
    if columns < 60:
        yield "note", f"The terminal is {columns} columns wide; timelines read better from 60"


def _services(catalog: Catalog) -> Iterator[Finding]:
    yield "ok", f"SQLite {sqlite3.sqlite_version}"
    for program, use in SERVICES.items():
        if shutil.which(program):
            yield "ok", f"{program}, for {use}"
        else:
            yield "note", f"{program} is not installed. It is optional: what needs {use} is skipped"


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
