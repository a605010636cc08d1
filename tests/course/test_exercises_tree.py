"""
The rules of the exercise tree: an exercise says what it asks for, and its solution is the same text but for that.

Judged is what was shipped (`tests/submissions/stubs`), never the learner's own copy.
"""

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from uvicorn.importer import import_from_string

from course import descriptions
from course.catalog import Catalog, Entry
from course.criteria import criteria
from course.loading import same_code

CATALOG = Catalog()
ENTRIES = CATALOG.entries()
LEVELS = {"warm-up", "core", "stretch"}
each = pytest.mark.parametrize("entry", [pytest.param(e, id=f"{e.lesson}/{e.slug}") for e in ENTRIES])


def start(node: ast.stmt) -> int:
    """The first line of a definition, decorators included, counted from 1."""
    return min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])


def todo(source: str) -> int:
    """The line of the TODO, counted from 1."""
    (line,) = [number for number, line in enumerate(source.splitlines(), 1) if "# TODO" in line]
    return line


def to_replace(source: str) -> set[str]:
    """
    The definitions that the TODO is about: the one that it stands in, or all that follow it.
    """
    tree, line = ast.parse(source), todo(source)
    named = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    around = [node.name for node in named if start(node) <= line <= (node.end_lineno or 0)]
    return set(around or [node.name for node in named if node.lineno > line])


def kept(source: str, replaced: set[str], *, private_helpers: bool) -> list[str]:
    """The lines that stub and solution share: no imports, none of what is replaced, no helper that was added."""
    gone: set[int] = set()
    for node in ast.parse(source).body:
        name = getattr(node, "name", "") or (ast.unparse(node).split(" ")[0] if isinstance(node, ast.Assign) else "")
        helper = private_helpers and name.startswith("_")
        if isinstance(node, ast.Import | ast.ImportFrom) or name in replaced or helper:
            gone |= set(range(start(node), (node.end_lineno or 0) + 1))
    lines = enumerate(source.splitlines(), 1)
    return [line for number, line in lines if number not in gone and line.strip() and "# TODO" not in line]


def imported(source: str) -> set[str]:
    tree = ast.parse(source)
    return {ast.unparse(alias) for node in tree.body if isinstance(node, ast.Import) for alias in node.names} | {
        f"{node.module}.{ast.unparse(alias)}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@each
def test_there_is_exactly_one_todo(entry: Entry) -> None:
    assert text(entry.stub).count("TODO") == 1
    assert text(entry.stub).count("# TODO: ") == 1
    assert "TODO" not in text(entry.solution)


@each
def test_outside_of_what_is_replaced_stub_and_solution_are_the_same_text(entry: Entry) -> None:
    stub, solution = text(entry.stub), text(entry.solution)
    replaced = to_replace(stub)
    own = {name for name in replaced if not re.search(rf"^(async def|def|class) {name}\b", solution, re.MULTILINE)}

    assert own == set(), "the solution keeps the names that the stub gives"
    helpers_of_the_stub = "\n".join(kept(stub, replaced, private_helpers=False))
    added = [line for line in kept(solution, replaced, private_helpers=True) if line not in helpers_of_the_stub]
    assert added == []
    assert kept(stub, replaced, private_helpers=True) == kept(solution, replaced, private_helpers=True)
    assert imported(stub) <= imported(solution)


@each
def test_the_docstring_says_what_to_do_and_where_to_read(entry: Entry) -> None:
    docstring = ast.get_docstring(ast.parse(text(entry.stub))) or ""
    lines = docstring.splitlines()
    read = re.escape(f"Read: lesson {entry.read.split(' ', 1)[0]}, {entry.read.split(' ', 1)[-1]}.")

    assert re.fullmatch(rf"{re.escape(entry.id)} · {re.escape(entry.title)} \([\w-]+, \d+ min\)", lines[0])
    assert lines[1] == ""
    assert entry.brief
    assert re.fullmatch(rf"{read} {{2,}}Check: course check {re.escape(entry.id)}", lines[-1])


@each
def test_level_and_minutes_are_the_same_in_both_places(entry: Entry) -> None:
    brief = descriptions.brief(entry.stub)
    note = descriptions.notes(entry.path.with_name("README.md"))[entry.id]

    assert brief.level in LEVELS
    assert (note.level, note.minutes) == (brief.level, brief.minutes)


@each
def test_there_are_three_hints_each_longer_than_a_word(entry: Entry) -> None:
    assert len(entry.hints) == 3
    assert min(len(hint.split()) for hint in entry.hints) > 3


@each
def test_the_notes_call_the_exercise_by_its_name(entry: Entry) -> None:
    assert re.search(rf"^## {re.escape(entry.id)} {entry.name}$", text(entry.path.with_name("README.md")), re.MULTILINE)


@each
def test_the_section_to_read_is_on_the_page(entry: Entry) -> None:
    number, _, section = entry.read.partition(" ")
    headings = re.findall(r"^#{2,4} +(.+?)(?: *\{.*\})?$", text(CATALOG.lesson(number).page), re.MULTILINE)
    assert section.strip('"') in [re.sub(r"[`*_]", "", heading).strip() for heading in headings]


@each
def test_the_page_of_the_lesson_names_the_exercise(entry: Entry) -> None:
    page = text(CATALOG.lesson(entry.lesson).page)

    assert re.search(rf"\b{re.escape(entry.id)}\b", page)
    assert entry.name in page
    assert "course check" in page


@each
def test_every_criterion_has_a_sentence_of_its_own(entry: Entry) -> None:
    sentences = [criterion.sentence for criterion in criteria(entry.grader)]

    assert [sentence for sentence in sentences if not re.match(r".+[.?]$", sentence)] == []
    assert [sentence for sentence, count in Counter(sentences).items() if count > 1] == []


@each
def test_what_a_criterion_needs_stands_before_it(entry: Entry) -> None:
    names: list[str] = []
    for criterion in criteria(entry.grader):
        assert set(criterion.needs) <= set(names)
        names.append(criterion.name)


@each
def test_an_exercise_that_serves_http_is_judged_on_a_real_server_too(entry: Entry) -> None:
    if re.search(r"^app\b", text(entry.solution), re.MULTILINE):
        assert any(criterion.live for criterion in criteria(entry.grader))


@each
def test_the_exercise_as_committed_is_the_stub(entry: Entry) -> None:
    """The learner's copy may be anything; what a clone gets is the exercise as shipped."""
    shown = subprocess.run(
        ["git", "show", f"HEAD:{CATALOG.shown(entry.path)}"], cwd=CATALOG.root, capture_output=True, check=False
    )
    stub = subprocess.run(
        ["git", "show", f"HEAD:{CATALOG.shown(entry.stub)}"], cwd=CATALOG.root, capture_output=True, check=False
    )
    if shown.returncode or stub.returncode:
        pytest.skip("not committed yet, or no checkout of git")

    assert shown.stdout == stub.stdout


@each
def test_uvicorn_serves_it_by_its_dotted_name(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    if not re.search(r"^app\b", text(entry.solution), re.MULTILINE):
        pytest.skip("it has no app")
    monkeypatch.syspath_prepend(str(CATALOG.root))
    folders = ["solutions", *(["exercises"] if same_code(entry.path, entry.stub) else [])]
    for folder in folders:
        assert callable(import_from_string(f"{folder}.{entry.lesson}.{entry.slug}:app"))


def test_ids_and_names_are_unique() -> None:
    assert [id for id, count in Counter(entry.id for entry in ENTRIES).items() if count > 1] == []
    assert [name for name, count in Counter(entry.name for entry in ENTRIES).items() if count > 1] == []


def test_exercises_of_a_lesson_are_numbered_from_one() -> None:
    for lesson in CATALOG.lessons:
        assert [entry.id for entry in lesson.entries] == [
            f"{lesson.number}.{k}" for k in range(1, len(lesson.entries) + 1)
        ]
