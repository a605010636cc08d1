"""The rules of the repository: what lies where, who may import whom, and what no file may say."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course.catalog import Catalog

ROOT = Catalog().root
ENTRIES = Catalog().entries()
LESSONS = Catalog().lessons
TEXT = {".cfg", ".css", ".html", ".ipynb", ".js", ".json", ".md", ".py", ".svg", ".toml", ".txt", ".yml", ""}
VENDORED = "theme/assets/vendor/"
HOUSES = ("course/", "waterclock/src/waterclock/")
SKIPPED = {".git", ".venv", ".course", "build", "dist", "node_modules"}


def files() -> list[Path]:
    """What the repository holds: what git knows or would add, or all but the caches where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = list(ROOT.rglob("*"))
    return sorted(
        path
        for path in found
        if path.is_file()
        and not SKIPPED & {*path.relative_to(ROOT).parts}
        and path.relative_to(ROOT).parts[0] != "site"
        and not _cached(path)
    )


def _cached(path: Path) -> bool:
    return any(part.endswith(("_cache", "__pycache__", ".egg-info")) for part in path.parts)


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


FILES = files()
PYTHON = [path for path in FILES if path.suffix == ".py"]
TEXTS = [path for path in FILES if path.suffix in TEXT and not shown(path).startswith(VENDORED)]


# --- what no file may say -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(r"(?<![\w.~-])/(home|root|Users)/\w+|[A-Z]:\\Users\\", id="a folder of somebody's machine"),
        pytest.param(r"(?<![\w.])/(work|opt|mnt)/\w+", id="a folder of one machine"),
        pytest.param(r"python[h]osted\.org|registry\.npm[j]s|/simple\b|--(extra-)?inde[x]-url", id="a registry"),
    ],
)
def test_no_file_names(words: str) -> None:
    this = Path(__file__).resolve()
    found = [
        f"{shown(path)}:{number}: {line.strip()[:100]}"
        for path in TEXTS
        if path != this
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(words, line)
    ]

    assert found == []


def test_text_files_end_with_one_newline_and_hold_no_carriage_return() -> None:
    ours = [path for path in TEXTS if "tests/course/data" not in shown(path) and "tests/data" not in shown(path)]
    wrong = [
        shown(path) for path in ours if (data := path.read_bytes()) and (b"\r" in data or not data.endswith(b"\n"))
    ]

    assert wrong == []


# --- what lies where ----------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_has_all_its_parts(lesson) -> None:  # type: ignore[no-untyped-def]
    app_test = ROOT / "tests" / "lessons" / f"test_{lesson.id}.py"

    missing = [shown(path) for path in (lesson.page, lesson.app, lesson.notebook, app_test) if not path.is_file()]

    assert missing == []
    assert 3 <= len(lesson.entries) <= 5, "exercises"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_exercise_has_all_its_parts(entry) -> None:  # type: ignore[no-untyped-def]
    missing = [shown(path) for path in (entry.path, entry.solution, entry.stub, entry.grader) if not path.is_file()]

    assert missing == []
    assert entry.mistakes, "no known wrong answer under tests/submissions/mistakes"
    assert len(entry.hints) == 3
    assert all(hint.strip() for hint in entry.hints)
    assert entry.level in ("warm-up", "core", "stretch")


@pytest.mark.parametrize("folder", ["exercises", "solutions", "tests/submissions/stubs"])
def test_no_file_lies_in_a_mirrored_tree_without_its_exercise(folder: str) -> None:
    known = {f"{entry.lesson}/{entry.slug}.py" for entry in ENTRIES} | {f"{lesson.id}/README.md" for lesson in LESSONS}
    base = ROOT / folder

    assert [
        shown(path) for path in FILES if path.is_relative_to(base) and shown(path)[len(folder) + 1 :] not in known
    ] == []


def test_no_list_of_equivalents_lies_there_without_its_exercise() -> None:
    folder = "tests/submissions/equivalent"
    known = {f"{folder}/{entry.lesson}/{entry.slug}.toml" for entry in ENTRIES}

    assert [shown(path) for path in FILES if shown(path).startswith(folder) and shown(path) not in known] == []


@pytest.mark.parametrize("folder", ["tests/submissions/mistakes", "tests/submissions/approaches"])
def test_no_submission_lies_in_a_folder_without_its_exercise(folder: str) -> None:
    known = {f"{folder}/{entry.lesson}/{entry.slug}" for entry in ENTRIES}

    assert [shown(path) for path in FILES if shown(path).startswith(folder) and shown(path.parent) not in known] == []


def test_packages_are_in_the_two_houses_only() -> None:
    # mypy and uvicorn take a folder with a digit in front for a package only when it has no __init__.py.
    assert [shown(path) for path in PYTHON if path.name == "__init__.py" and not shown(path).startswith(HOUSES)] == []


def test_the_root_holds_what_the_design_draws() -> None:
    expected = {
        ".ci", ".editorconfig", ".gitattributes", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
        "Makefile", "README.md", "benchmarks", "constraints.txt", "course", "exercises", "lessons", "mkdocs.yml",
        "notebooks", "pyproject.toml", "solutions", "tests", "theme", "waterclock",
    }  # fmt: skip
    optional = {"docs", "benchmarks"}

    found = {path.relative_to(ROOT).parts[0] for path in FILES}

    assert found - expected - optional == set()
    assert expected - found - optional == set()


# --- who may import whom ------------------------------------------------------------------------

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def layers(house: str) -> list[set[str]]:
    """The table of CONTRIBUTING.md, from top to bottom: a part imports from the rows below its own."""
    section = CONTRIBUTING.partition(f"### `{house}`")[2].partition("\n#")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [set(re.findall(r"`([\w.]+)`", row)) for row in rows]


LAYERS = {house: layers(house) for house in ("course", "waterclock")}
RANK = {house: {name: rank for rank, names in enumerate(rows) for name in names} for house, rows in LAYERS.items()}
ROOMS = {"course": ROOT / "course", "waterclock": ROOT / "waterclock" / "src" / "waterclock"}


def part(module: str, house: str) -> str:
    """The part that a module belongs to: `grader.mutants` has a row of its own, the rest of `grader` one for all."""
    first, *more = module.split(".")
    inner = ".".join([first, *more[:1]])
    return inner if inner in RANK[house] else first


def imported(path: Path, house: str) -> set[str]:
    """Names of the parts of that house that a file imports."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    return {part(module.removeprefix(f"{house}."), house) for module in modules if module.startswith(f"{house}.")}


def house_of(path: Path) -> str:
    return "course" if shown(path).startswith("course/") else "waterclock"


def part_of(path: Path) -> str:
    house = house_of(path)
    return part(".".join(path.relative_to(ROOMS[house]).with_suffix("").parts), house)


TOOLKIT = [path for path in PYTHON if shown(path).startswith(HOUSES) and path.parent.joinpath("__init__.py").exists()]
TOOLKIT = [path for path in TOOLKIT if path.parent not in ROOMS.values() or path.name != "__init__.py"]


@pytest.mark.parametrize("path", TOOLKIT, ids=shown)
def test_arrows_point_down(path: Path) -> None:
    house, own = house_of(path), part_of(path)

    others = imported(path, house) - {own}

    assert {name for name in others if RANK[house].get(name, 99) <= RANK[house][own]} == set()


@pytest.mark.parametrize("house", ROOMS)
def test_every_part_is_in_the_table(house: str) -> None:
    parts = {part_of(path) for path in TOOLKIT if house_of(path) == house}

    assert parts == set(RANK[house])


def test_waterclock_knows_nothing_of_the_course() -> None:
    files = [path for path in PYTHON if shown(path).startswith("waterclock/")]

    assert [shown(path) for path in files if imported(path, "course")] == []


def test_a_file_fits_in_a_head() -> None:
    lines = {shown(p): len(p.read_text(encoding="utf-8").splitlines()) for p in PYTHON if shown(p).startswith(HOUSES)}

    assert {name: count for name, count in lines.items() if count > 250} == {}


def test_nothing_imports_a_lesson_by_statement() -> None:
    folders = {"lessons", "exercises", "solutions"}
    named = re.compile(rf"^\s*(from|import) ({'|'.join(folders)})\b", re.M)

    assert [shown(path) for path in PYTHON if named.search(path.read_text(encoding="utf-8"))] == []


# --- versions -----------------------------------------------------------------------------------


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


OURS = {"chunk-by-chunk", "waterclock"}


def wanted() -> list[str]:
    """What the two distributions ask for, in all their groups."""
    projects = [
        tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for folder in (".", "waterclock")
    ]
    return [
        line
        for project in projects
        for lines in (project["dependencies"], *project["optional-dependencies"].values())
        for line in lines
    ]


def test_every_dependency_has_its_exact_version() -> None:
    ours = [r for r in map(Requirement, wanted()) if canonicalize_name(r.name) not in OURS]

    assert [r.name for r in ours if canonicalize_name(r.name) not in pins()] == []
    assert [str(r) for r in ours if not r.specifier.contains(pins()[canonicalize_name(r.name)])] == []


def peers() -> list[str]:
    """What waterclock is compared with, in an environment of its own."""
    return (ROOT / "waterclock" / "benchmarks" / "peers-requirements.txt").read_text(encoding="utf-8").splitlines()


def test_whatever_is_imported_is_asked_for() -> None:
    asked = {canonicalize_name(Requirement(line).name) for line in wanted()}
    compared = {canonicalize_name(Requirement(line).name) for line in peers()}
    own = {"course", "waterclock", "tests", "conformance", *(path.stem for path in PYTHON)}
    distributions = {"yaml": "pyyaml"}

    imported = {
        (name.partition(".")[0], shown(path))
        for path in PYTHON
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")) if _parses(path) else ast.Module([], []))
        for name in _names(node)
    }

    foreign = {(name, where) for name, where in imported if name not in own | sys.stdlib_module_names}
    assert {
        (name, where)
        for name, where in foreign
        if canonicalize_name(distributions.get(name, name))
        not in asked | (compared if where.startswith("waterclock/benchmarks/peers") else set())
    } == set()


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def _parses(path: Path) -> bool:
    return not path.name.startswith("syntax_error")


def test_pins_name_a_version_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if not re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line)] == []
