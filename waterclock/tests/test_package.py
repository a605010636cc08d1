"""waterclock alone: what its package holds and asks for, and its first test where nothing else is installed."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
SOURCES = sorted((HOME / "src" / "waterclock").rglob("*.py"))
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Imported where they are there, and only then: see `patches`.
GUARDED = {"time_machine", "uvloop", "aiosqlite"}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"waterclock"}


def names(lines: list[str]) -> set[str]:
    return {re.split(r"[\[>=<;]", line)[0] for line in lines}


def test_the_licence_is_that_of_the_course() -> None:
    assert (HOME / "LICENSE").read_text(encoding="utf-8") == (HOME.parent / "LICENSE").read_text(encoding="utf-8")


def test_what_is_imported_is_asked_for() -> None:
    hard = names(PROJECT["dependencies"])
    soft = {name for lines in PROJECT["optional-dependencies"].values() for name in names(lines)}
    found = {name for path in SOURCES for name in imported(path)}

    assert found <= hard | soft | GUARDED | {"pytest"}
    assert hard <= found
    lab = {name for path in SOURCES if "live" not in path.parts for name in imported(path)}
    assert lab - {"httpx2", "pytest"} - GUARDED <= hard, "the lab needs no more than the package brings"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, in which building leaves its traces."""
    copy = tmp_path_factory.mktemp("package") / "waterclock"
    shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns("tests", "build", "*.egg-info", "__pycache__"))
    return copy


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_wheel_is_pure_typed_and_holds_the_package_alone(sources: Path) -> None:
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", "wheels", ".", cwd=sources)
    (wheel,) = (sources / "wheels").glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()

    assert wheel.name.endswith("-py3-none-any.whl")
    assert "waterclock/py.typed" in held
    assert {name.split("/")[0].partition("-")[0] for name in held} == {"waterclock"}


@pytest.fixture(scope="module")
def python(sources: Path) -> Path:
    """The Python of a virtual environment with waterclock, FastAPI and pytest, and nothing else."""
    environment = sources.parent / "environment"
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install(python, sources, "fastapi", "pytest")
    return python


def install(python: Path, *what: str | Path) -> None:
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    run(*pip, "-c", HOME.parent / "constraints.txt", *what, cwd=python.parent)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_first_test_of_the_readme_runs_where_only_these_are(python: Path, tmp_path: Path) -> None:
    readme = (HOME / "README.md").read_text(encoding="utf-8")
    first = (HOME / "examples" / "test_first.py").read_text(encoding="utf-8")
    assert first.partition("def test_a_gust")[2] in readme, "the README shows another test"
    (tmp_path / "test_first.py").write_text(first, encoding="utf-8")

    assert "1 passed" in run(python, "-m", "pytest", "-q", cwd=tmp_path)
    installed = run(python, "-m", "pip", "list", "--format=freeze", cwd=tmp_path).split()
    assert len(installed) <= 24, "waterclock, FastAPI and pytest bring few others"


IN_A_RUNNING_LOOP = """
import asyncio
import test_first


async def test_a_lab_inside_of_a_loop(lab):
    client = lab(test_first.app).get("/gusts")
    await asyncio.sleep(0)
    lab.advance(60)
    assert [at for at, _ in client.chunks] == [0, 20, 40]
    assert not lab.leftovers()
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_pytest_asyncio_beside_it_is_undisturbed(python: Path, tmp_path: Path, mode: str) -> None:
    # Here and nowhere else: it is not among what the course installs.
    install(python, "pytest-asyncio")
    shutil.copy(HOME / "examples" / "test_first.py", tmp_path)
    mark = "import pytest\n\npytestmark = pytest.mark.asyncio\n" if mode == "strict" else ""
    (tmp_path / "test_loop.py").write_text(mark + IN_A_RUNNING_LOOP, encoding="utf-8")

    assert "2 passed" in run(python, "-m", "pytest", "-q", "-o", f"asyncio_mode={mode}", cwd=tmp_path)
