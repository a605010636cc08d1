"""`course new`: an exercise laid out, for those who write the course."""

import re
from pathlib import Path

from course.catalog import Catalog, Lesson
from course.cli import output, starter
from course.cli.choosing import course_here

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
ID = re.compile(r"(\d\d)\.([1-9]\d?)")


def new(wanted: str, name: str) -> None:
    """Write stub, exercise, solution, grader, mistakes and hints. Nothing that is there is overwritten."""
    catalog = course_here()
    lesson = _lesson(catalog, wanted, name)
    words = {
        "id": wanted,
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "level": "core",
        "minutes": "15",
        "lesson": lesson.id,
        "read": _section(lesson),
    }
    slug = f"{wanted.partition('.')[2]}_{name}"
    root, page = catalog.root, catalog.shown(lesson.page)
    notes = root / "exercises" / lesson.id / "README.md"
    shipped = starter.TASK.format(**words, body=starter.SHIPPED)
    mistakes = root / "tests/submissions/mistakes" / lesson.id / slug
    files = {
        root / "tests/submissions/stubs" / lesson.id / f"{slug}.py": shipped,
        root / "exercises" / lesson.id / f"{slug}.py": shipped,
        root / "solutions" / lesson.id / f"{slug}.py": starter.TASK.format(**words, body=starter.SOLVED),
        root / "tests/exercises" / lesson.id / f"test_{slug}.py": starter.GRADER.format(**words),
        **{mistakes / f"{mistake}.py": text.format(**words) for mistake, text in starter.MISTAKES.items()},
    }
    if not _is_async(lesson):
        files = {path: starter.plain(text) for path, text in files.items()}
    if there := [catalog.shown(path) for path in files if path.exists()]:
        output.refuse(f"{there[0]} is there already. Nothing was written.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    before = notes.read_text(encoding="utf-8") if notes.exists() else f"# {lesson.number} · exercises\n"
    notes.write_text(before.rstrip("\n") + "\n" + starter.NOTES.format(**words), encoding="utf-8")
    for path in (*files, notes):
        print(catalog.shown(path))
    stub, grader = (catalog.shown(path) for path in (next(iter(files)), list(files)[3]))
    print(starter.NEXT.format(**words, stub=stub, grader=grader, notes=catalog.shown(notes), page=page), end="")


def _lesson(catalog: Catalog, wanted: str, name: str) -> Lesson:
    """The lesson that the exercise goes to, once number and name are sure to be free."""
    found = ID.fullmatch(wanted)
    if found is None:
        output.refuse(f"{wanted} is no exercise's number.\nTry: course new 07.2 heartbeat")
    if not NAME.fullmatch(name):
        output.refuse(
            f"{name} is no name: small letters, digits and _ between them.\nTry: course new {wanted} heartbeat"
        )
    lesson = next((each for each in catalog.lessons if each.number == found[1]), None)
    if lesson is None:
        output.refuse(f"There is no lesson {found[1]}. It begins with its page: lessons/{found[1]}_name/index.md")
    following = len(lesson.entries) + 1
    if int(found[2]) < following:
        taken = lesson.entries[int(found[2]) - 1]
        output.refuse(f"{wanted} is {taken.name}.\nTry: course new {lesson.number}.{following} {name}")
    if int(found[2]) > following:
        output.refuse(
            f"Lesson {lesson.number} has {following - 1} exercises, so the next is {lesson.number}.{following}."
        )
    same = next((entry for entry in catalog.entries() if entry.name == name), None)
    if same is not None:
        output.refuse(f"{same.id} is called {name} already: names are unique in the whole course.")
    return lesson


def _is_async(lesson: Lesson) -> bool:
    """Whether its exercises are: those that are there, or, for the first one, the lesson's app."""
    return any("async " in _text(path) for path in ([entry.stub for entry in lesson.entries] or [lesson.app]))


def _section(lesson: Lesson) -> str:
    """What the stub tells to read until its author knows better: the page's first section."""
    headings = re.findall(r"^## +(.+?)(?: *\{.*\})?$", _text(lesson.page), re.MULTILINE)
    return f'{lesson.number}, "{re.sub("[`*_]", "", headings[0]).strip()}"' if headings else f'{lesson.number}, "…"'


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
