"""
The lab, and what it is compared with, under the other Pythons that are on this machine.

The lab rests on how an event loop behaves, which differs between Python versions. Each gets a virtual environment under
.course/pythons, made once from constraints.txt.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = [version for version in ("3.11", "3.12", "3.13", "3.14") if version != "{}.{}".format(*sys.version_info)]
BESIDES = [
    *("fastapi", "pytest", "pytest-timeout", "uvicorn[standard]"),
    *("aiosqlite", "anthropic", "openai", "psutil", "sqlalchemy[asyncio]"),
]
REQUIRED = os.environ.get("COURSE_REQUIRE_SERVICES") == "1"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def interpreter(version: str) -> str | None:
    """A Python of that version which runs: on the path, or one that pyenv keeps without activating it."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    kept = sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)
    for candidate in [shutil.which(f"python{version}"), *map(str, kept)]:
        if candidate and _output([candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]) == version:
            return candidate
    return None


def environment(version: str, python: str) -> Path:
    """The Python of a virtual environment that has what constraints.txt says. It is made again when that changes."""
    project = tomllib.loads((ROOT / "waterclock" / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    wanted = [*project["dependencies"], *extras, *BESIDES]
    constraints = (ROOT / "constraints.txt").read_text("utf-8")
    made_of = hashlib.sha256("\n".join([python, constraints, *wanted]).encode()).hexdigest()
    folder = ROOT / ".course" / "pythons" / version
    stamp, its_python = folder / "made-of", folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if stamp.exists() and stamp.read_text() == made_of and its_python.exists():
        return its_python
    shutil.rmtree(folder, ignore_errors=True)
    _run([python, "-m", "venv", str(folder)])
    pip = [str(its_python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    _run([*pip, "--no-compile", "-c", str(ROOT / "constraints.txt"), *wanted])
    stamp.write_text(made_of)
    return its_python


def _output(command: list[str]) -> str | None:
    """What it printed, None if it cannot be run: pyenv's placeholders exist and refuse."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} … failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_lab_is_the_same_under_another_python(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"There is no Python {version} on this machine. With pyenv: pyenv install {version}")
    try:
        its_python = environment(version, python)
    except (RuntimeError, subprocess.TimeoutExpired, OSError) as error:
        if REQUIRED:
            raise
        pytest.skip(f"A virtual environment of Python {version} could not be made: {str(error).splitlines()[-1]}")

    here = Path(__file__).parent
    tests = [*sorted(here.glob("test_lab*.py")), *sorted(here.glob("test_live*.py")), here / "test_conformance.py"]
    tests += [here / "test_patches.py", here / "test_expect.py", here / "test_feed.py"]
    command = [str(its_python), "-m", "pytest", "-q", "--timeout=120", "-p", "no:cacheprovider", *map(str, tests)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        # What it needs of those packages is compiled when it needs it, and what is ours leaves no trace among ours.
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "waterclock" / "src"),
            "PYTHONPYCACHEPREFIX": str(its_python.parents[1] / "pycache"),
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, f"Python {version}\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}"
