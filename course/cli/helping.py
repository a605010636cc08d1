"""`course hint`, `course solution`."""

from pathlib import Path

from course.catalog import Catalog
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
