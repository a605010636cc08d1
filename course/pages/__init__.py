"""
What a page quotes: code by symbol, output by running it, tables from the tree.

A page names its source in an invisible comment, and `make sync` writes the block below it, so the page
reads the same on GitHub, in an editor and on the site:

    <!-- [[[cog code("app.py#countdown") ]]] -->
    <!-- [[[end]]] -->

The functions below are what such a comment may call.
"""

import os
import re
import sys
import tempfile
import textwrap
from importlib import import_module
from pathlib import Path

from course.catalog import Catalog
from course.pages.quote import quote, spaced
from course.pages.run import (
    CANONICAL,
    execute,
    same_arrivals,
    same_but_for_numbers,
    same_but_for_times,
    served,
    settled,
    shell,
)
from course.pages.sync import emit, emit_run, here
from course.pages.vocabulary import new_grader, verbs, words

__all__ = [
    "code",
    "conformance",
    "include",
    "new_grader",
    "output",
    "picture",
    "python",
    "table",
    "trace",
    "verbs",
    "words",
]


def code(*references: str) -> None:
    """
    Quote whole top-level definitions, in the order given, with their decorators and the comment above them.

    A reference is `app.py#countdown`, `app.py#Report.words` (a method), `app.py#FORECAST` (a constant),
    `app.py#imports`, or `app.py` for the whole file: relative to the page, or else to the root of the course.
    Raises LookupError for a name that the file does not have.
    """
    for file in dict.fromkeys(reference.partition("#")[0] for reference in references):
        path = _find(file)
        source = path.read_text(encoding="utf-8")
        names = [name for at, _, name in (reference.partition("#") for reference in references) if at == file and name]
        parts = [quote(source, name, _shown(path)) for name in names] or [source.strip("\n")]
        language = {".py": "python", ".mjs": "js"}.get(path.suffix, path.suffix.removeprefix("."))
        emit(f'```{language} title="{_shown(path)}"', *spaced(parts), "```")


def output(*commands: str, app: str | None = None, stop_after: float | None = None, numbers: bool = False) -> None:
    """
    Start a lesson's app, run shell commands against it, paste what they print.

    Commands are written for http://127.0.0.1:8000, wherever the app really runs. `app` is the lesson's number
    (default: the page's own lesson). `stop_after` presses Ctrl+C after that many seconds, for a stream that does
    not end. `numbers=True` says that all numbers vary from run to run, not only those with a unit of time.
    """

    lesson = _lesson(app)

    def fresh() -> list[str]:
        lines = ["```console"]
        with served(lesson) as address:
            for command in commands:
                printed = shell(command.replace(CANONICAL, address), stop_after).replace(address, CANONICAL)
                lines += [f"$ {command}", *settled(printed)]
        return [*lines, "```"]

    emit_run(fresh, same_but_for_numbers if numbers else same_but_for_times)


def trace(app: str, path: str) -> None:
    """Paste what `course trace` draws for a path of a lesson's app."""

    lesson = _lesson(app)

    def fresh() -> list[str]:
        with served(lesson) as address:
            printed = execute([sys.executable, "-m", "course", "trace", f"http://{address}{path}"])
        quoted = f"'{path}'" if re.search(r"[&?*;]", path) else path
        # Not a `console` fence: it would take the `#` of a drawing for a prompt.
        return ["```text", f"$ course trace {app} {quoted}", *settled(printed.replace(address, CANONICAL)), "```"]

    emit_run(fresh, same_arrivals)


def python(source: str, *, show: bool = True, numbers: bool = False) -> None:
    """
    Run a Python file kept beside the page, or a snippet; paste its code (unless `show=False`) and what it prints.

    A `source` that ends in `.py` is a file. It runs in the root of the course.
    """
    file = _find(source) if source.endswith(".py") else None
    text = file.read_text(encoding="utf-8") if file else textwrap.dedent(source)

    def fresh() -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            snippet = Path(folder, "snippet.py")
            snippet.write_text(text, encoding="utf-8")
            return ["```text", *settled(execute([sys.executable, str(file or snippet)])), "```"]

    if show:
        emit(f'```python title="{_shown(file)}"' if file else "```python", text.strip("\n"), "```", "")
    emit_run(fresh, same_but_for_numbers if numbers else same_but_for_times)


def table() -> None:
    """The lessons: number, title, what you can do afterwards, minutes."""
    rows = ["| | lesson | after it you can … | minutes |", "|---|---|---|---:|"]
    for lesson in Catalog().lessons:
        link = Path(os.path.relpath(lesson.page, here().parent)).as_posix()
        ability = re.sub(r"^.*?you can:? ", "", lesson.summary.rstrip("."))
        rows.append(f"| {lesson.number} | [{lesson.title}]({link}) | {ability} | {lesson.minutes} |")
    emit("", *rows, "")


def picture() -> None:
    """One forecast, buffered and streamed, on one time axis: lesson 03's app, run in the lab."""
    from waterclock.lab import Lab
    from waterclock.timeline import Mark, Timeline, draw

    from course.loading import load

    with Lab(load(Catalog().lesson("03").app).app) as lab:
        clients = {"buffered": lab.get("/report/buffered?every=1"), "streamed": lab.get("/report?every=1")}
        lab.advance(60)
    label = {"buffered": "the forecast", "streamed": "a word of it"}
    rows = {
        name: Timeline(tuple(Mark(mark.at, label[name]) for mark in line.marks), line.state, line.until)
        for name, line in ((name, client.timeline()) for name, client in clients.items())
    }
    emit("```text", *draw(rows, width=44).splitlines(), "```")


def include(file: str) -> None:
    """A file of Markdown that a program has written, as it stands."""
    emit("", *_find(file).read_text(encoding="utf-8").rstrip("\n").splitlines(), "")


def conformance() -> None:
    """In how many cases the lab is compared with a real server, and the ones in which it differs."""
    tests = str(Catalog().root / "waterclock" / "tests")
    if tests not in sys.path:
        sys.path.insert(0, tests)
    differences, cases = import_module("conformance.differences"), import_module("conformance.stories").CASES
    known = len(differences.DIFFERENCES)
    emit("", f"{len(cases)} cases, {len(cases) - known} told the same, {known} not:", "")
    emit(*differences.table().rstrip("\n").splitlines(), "")


def _lesson(number: str | None) -> Path:
    return Catalog().lesson(number or here().parent.name).app


def _find(file: str) -> Path:
    for folder in (here().parent, Catalog().root):
        if (path := (folder / file).resolve()).is_file():
            return path
    raise LookupError(f"There is no {file}, neither beside the page nor in the root of the course.")


def _shown(path: Path) -> str:
    return path.name if path.parent == here().parent else path.relative_to(Catalog().root).as_posix()
