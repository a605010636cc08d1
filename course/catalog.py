"""
Which lessons and exercises there are: read from the tree, with no registry to keep in step.

From a lesson's id (`03_streaming_response`) every path follows. What was shipped decides: an
exercise is there when its stub lies in `tests/submissions/stubs`, whatever became of the
learner's own copy. Standard library only, so that `course list` answers at once.
"""

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course import descriptions
from course.descriptions import Notes

LESSON_ID = re.compile(r"(\d\d)_(\w+)")
SLUG = re.compile(r"(\d+)_(\w+)")
SHORT_ID = re.compile(r"(\d{1,2})\.(\d{1,2})")


class UnknownId(LookupError):
    """No lesson or exercise of that name. The text names the nearest ones and what to type."""


@dataclass(frozen=True)
class Entry:
    """One exercise: its names, its texts, and where its files lie (paths are absolute)."""

    id: str  # "03.1"
    lesson: str  # "03_streaming_response"
    slug: str  # "1_countdown"
    name: str  # "countdown"
    title: str
    level: str  # "warm-up" | "core" | "stretch"
    minutes: int
    brief: str  # the stub's docstring between its headline and its `Read:` line
    read: str  # '03 "Headers first"'
    hints: tuple[str, ...]
    path: Path  # the learner's file
    solution: Path
    stub: Path  # the exercise as shipped
    grader: Path
    mistakes: tuple[Path, ...]
    approaches: tuple[Path, ...]
    root: Path  # of the course

    @property
    def anchor(self) -> str:
        """The id of its panel on the page of its lesson."""
        return f"exercise-{self.id.replace('.', '-')}"

    @property
    def url(self) -> str:
        """Its place on the site, from the site's root."""
        return f"{self.lesson}/#{self.anchor}"


@dataclass(frozen=True)
class Lesson:
    """One lesson: its page's front matter, its files and its exercises, in order."""

    id: str  # "03_streaming_response"
    number: str  # "03"
    name: str  # "streaming_response"
    title: str
    minutes: int
    summary: str
    page: Path
    app: Path
    notebook: Path
    entries: tuple[Entry, ...]

    @property
    def url(self) -> str:
        """Its page on the site, from the site's root."""
        return f"{self.id}/"


class Catalog:
    """The course below `root`: $COURSE_ROOT, or else the folder that holds the `course` package."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or Path(os.environ.get("COURSE_ROOT") or Path(__file__).parents[1])).resolve()

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        return tuple(self._lesson(folder) for folder in _numbered_folders(self.root / "lessons"))

    def entries(self) -> list[Entry]:
        return [entry for lesson in self.lessons for entry in lesson.entries]

    def lesson(self, number_or_id: str) -> Lesson:
        """The lesson called "3", "03", "03_streaming_response" or "streaming_response"."""
        wanted = number_or_id.strip().rstrip("/")
        number = wanted.zfill(2)
        for lesson in self.lessons:
            if number == lesson.number or wanted in (lesson.id, lesson.name):
                return lesson
        raise UnknownId(f"There is no lesson {number if wanted.isdigit() else wanted}. {self._near_lesson(wanted)}")

    def entry(self, id: str) -> Entry:
        """The exercise called "03.1", "3.1", "03_streaming_response/1_countdown", "countdown", or by its path."""
        wanted = id.strip()
        if short := SHORT_ID.fullmatch(wanted):
            return self._numbered(short[1].zfill(2), str(int(short[2])))
        names = wanted.removesuffix(".py").replace("\\", "/").removeprefix("./").removeprefix("exercises/")
        found = [entry for entry in self.entries() if names in (f"{entry.lesson}/{entry.slug}", entry.slug, entry.name)]
        found = found or [entry for entry in self.entries() if Path(wanted).resolve() == entry.path]
        if len(found) == 1:
            return found[0]
        if lesson := next((each for each in self.lessons if wanted.zfill(2) == each.number and each.entries), None):
            extent = " to ".join(dict.fromkeys((lesson.entries[0].id, lesson.entries[-1].id)))
            raise UnknownId(f"{wanted} is a lesson. Its exercises are {extent}.\nTry: course list {lesson.number}")
        if found:
            several = ", ".join(f"{entry.id} {entry.name}" for entry in found)
            raise UnknownId(f"{wanted} could be {several}.\nTry: course list")
        raise UnknownId(f"There is no exercise {wanted}. {self._near_exercise(names)}")

    def find(self, wanted: str) -> Lesson | Entry:
        """What one word names: a lesson ("3", "03", "streaming_response") or else an exercise."""
        if "." not in wanted and "/" not in wanted:
            try:
                return self.lesson(wanted)
            except UnknownId:
                if wanted.isdigit():
                    raise
        return self.entry(wanted)

    def entry_of_grader(self, path: Path) -> Entry:
        """The exercise that `tests/exercises/<lesson>/test_<slug>.py` judges."""
        wanted = path.resolve()
        for entry in self.entries():
            if entry.grader == wanted:
                return entry
        raise UnknownId(f"No exercise belongs to the grader {path.parent.name}/{path.name}.\nTry: course list")

    def shown(self, path: Path) -> str:
        """`path` as a learner reads it: from the root, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)

    def _numbered(self, number: str, position: str) -> Entry:
        entries = next((lesson.entries for lesson in self.lessons if lesson.number == number), None)
        if entries is None:
            raise UnknownId(f"There is no exercise {number}.{position}. {self._near_lesson(number)}")
        for entry in entries:
            if entry.id == f"{number}.{position}":
                return entry
        extent = " to ".join(dict.fromkeys((entries[0].id, entries[-1].id))) if entries else "no exercises yet"
        raise UnknownId(
            f"There is no exercise {number}.{position}. Lesson {number} has {extent}.\nTry: course list {number}"
        )

    def _near_lesson(self, wanted: str) -> str:
        if not self.lessons:
            return f"There are no lessons in {self.root}."
        names = {name: lesson for lesson in self.lessons for name in (lesson.id, lesson.name)}
        near = dict.fromkeys(names[name].id for name in difflib.get_close_matches(wanted, names))
        if near:
            return f"The nearest name is {_either(near)}.\nTry: course list"
        return f"The lessons are {self.lessons[0].number} to {self.lessons[-1].number}.\nTry: course list"

    def _near_exercise(self, wanted: str) -> str:
        names = {name: entry for entry in self.entries() for name in (f"{entry.lesson}/{entry.slug}", entry.name)}
        near = dict.fromkeys(names[name] for name in difflib.get_close_matches(wanted, names))
        if not near:
            return self._near_lesson(wanted)
        return f"The nearest name is {_either(f'{entry.name} ({entry.id})' for entry in near)}.\nTry: course list"

    def _lesson(self, folder: Path) -> Lesson:
        front = descriptions.front_matter(folder / "index.md")
        number, name = folder.name.split("_", 1)
        notes = descriptions.notes(self.root / "exercises" / folder.name / "README.md")
        shipped = self.root / "tests/submissions/stubs" / folder.name
        stubs = [path for path in _listed(shipped, "*.py") if SLUG.fullmatch(path.stem)]
        stubs.sort(key=lambda path: int(path.stem.split("_")[0]))
        return Lesson(
            id=folder.name,
            number=number,
            name=name,
            title=front.get("title") or name.replace("_", " "),
            minutes=_whole(front.get("minutes", "")),
            summary=front.get("summary", ""),
            page=folder / "index.md",
            app=folder / "app.py",
            notebook=self.root / "notebooks" / f"{folder.name}.ipynb",
            entries=tuple(self._entry(number, stub, notes) for stub in stubs),
        )

    def _entry(self, number: str, stub: Path, notes: dict[str, Notes]) -> Entry:
        lesson, slug = stub.parent.name, stub.stem
        position, name = slug.split("_", 1)
        id = f"{number}.{int(position)}"
        note, brief = notes.get(id, Notes()), descriptions.brief(stub)
        submissions = self.root / "tests/submissions"
        return Entry(
            id=id,
            lesson=lesson,
            slug=slug,
            name=name,
            title=brief.title or name.replace("_", " "),
            level=note.level or brief.level,
            minutes=note.minutes or brief.minutes,
            brief=brief.text,
            read=brief.read or number,
            hints=note.hints,
            path=self.root / "exercises" / lesson / stub.name,
            solution=self.root / "solutions" / lesson / stub.name,
            stub=stub,
            grader=self.root / "tests/exercises" / lesson / f"test_{stub.name}",
            mistakes=tuple(_listed(submissions / "mistakes" / lesson / slug, "*.py")),
            approaches=tuple(_listed(submissions / "approaches" / lesson / slug, "*.py")),
            root=self.root,
        )


def _numbered_folders(folder: Path) -> Iterator[Path]:
    return (path for path in _listed(folder, "*") if LESSON_ID.fullmatch(path.name) and path.is_dir())


def _listed(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern)) if folder.is_dir() else []


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _either(names: Iterable[str]) -> str:
    return " or ".join(names)
