"""`course hint`, `course solution`, `course reset`."""

import shutil
from datetime import datetime
from pathlib import Path

from course.catalog import Catalog, Entry
from course.cli import output
from course.cli.choosing import course_here, exercise
from course.progress import Progress


def hint(wanted: str | None, *, everything: bool) -> None:
    """Each call shows the next hint; the last one stays."""
    catalog = course_here()
    progress = Progress(catalog, output.complain)
    entry = exercise(catalog, wanted, progress)
    if not entry.hints:
        output.refuse(f"{entry.id} has no hints: exercises/{entry.lesson}/README.md should hold them.")
    first = 0 if everything else progress.next_hint(entry)
    last = len(entry.hints) - 1 if everything else first
    for index in range(first, last + 1):
        head = f"{entry.id} {entry.name} · hint {index + 1} of {len(entry.hints)}"
        print(f"{head}\n\n{output.wrapped(entry.hints[index])}\n")
    progress.hint_shown(entry, last)
    if last + 1 < len(entry.hints):
        print(f"Another one: course hint {entry.id}")
    else:
        print(output.wrapped(f"That was the last one. The idea: lesson {entry.read}."))
        print(f"The answer: course solution {entry.id} --anyway")


def solution(wanted: str, *, anyway: bool) -> None:
    """The course's answer and other right ones; not before the learner's own, unless asked for."""
    catalog = course_here()
    entry = catalog.entry(wanted)
    if not anyway and not Progress(catalog, output.complain).ever_passed(entry):
        output.refuse(
            f"{entry.id} has not passed yet.\nTry: course check {entry.id}, or course hint {entry.id}. "
            f"To see the answer all the same: course solution {entry.id} --anyway",
            output.NOT_YET,
        )
    _show(catalog, entry.solution)
    for path in entry.approaches:
        print()
        _show(catalog, path)


def reset(wanted: str) -> None:
    """Nothing is overwritten before its copy is on disk."""
    catalog = course_here()
    entry = catalog.entry(wanted)
    shown = catalog.shown(entry.path)
    try:
        mine = entry.path.read_bytes()
    except FileNotFoundError:
        mine = None
    except OSError as error:
        output.refuse(f"{shown} cannot be read ({error.strerror}). Nothing was changed.")
    shipped = entry.stub.read_bytes()
    if mine == shipped:
        print(f"{shown} is as it was shipped. Nothing was changed.")
        return
    try:
        kept = _keep(catalog, entry) if mine is not None else None
        entry.path.parent.mkdir(parents=True, exist_ok=True)
        entry.path.write_bytes(shipped)
    except OSError as error:
        output.refuse(f"{error.filename or shown} cannot be written ({error.strerror}). Your file is as it was.")
    Progress(catalog, output.complain).forget(entry)
    print(f"{shown} is as it was shipped.")
    if kept is not None:
        print(f"Yours is kept in {catalog.shown(kept)}")


def _keep(catalog: Catalog, entry: Entry) -> Path:
    """A copy under a name that no other copy has."""
    folder = catalog.root / ".course" / "backups" / entry.lesson
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{entry.slug}-{datetime.now():%Y%m%d-%H%M%S-%f}.py"
    shutil.copy2(entry.path, kept)
    return kept


def _show(catalog: Catalog, path: Path) -> None:
    try:
        code = path.read_text(encoding="utf-8").rstrip()
    except OSError as error:
        output.refuse(f"{catalog.shown(path)} cannot be read ({error.strerror}).")
    print(f"── {catalog.shown(path)}")
    if output.color():
        from rich.console import Console
        from rich.syntax import Syntax

        Console(width=output.width()).print(Syntax(code, "python", theme="ansi_dark", background_color="default"))
    else:
        print(code)
