"""A small course in a folder of its own, to try the toolkit's tools on."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from course.catalog import Catalog, Entry
from course.cli import main

HERE = Path(__file__).parents[2]

PAGE = """---
title: Dots
minutes: 20
summary: After this lesson you can send dots one by one.
covers: [T1]
prerequisites: []
---

# Dots
"""

APP = '''"""
Lesson 01: dots.

Run:   course run 01
Watch: curl -N localhost:8000/dots
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/dots")
async def dots(count: int = 3, every: float = 0.0) -> StreamingResponse:
    async def made() -> AsyncIterator[str]:
        for _ in range(count):
            yield "."
            await asyncio.sleep(every)

    return StreamingResponse(made(), media_type="text/plain")
'''

NOTES = """# 01 · exercises

## 01.1 dots
core · 15 min

<details><summary>Hint 1</summary>

Nudge.

</details>
<details><summary>Hint 2</summary>

Closer.

</details>
<details><summary>Hint 3</summary>

Almost.

</details>

## 01.2 squares
stretch · 25 min
"""

DOTS = '''"""
01.1 · Dots (core, 15 min)

Send the dots one by one.

Read: lesson 01, "One by one".      Check: course check 01.1
"""

from collections.abc import Iterator


def dots(count: int) -> Iterator[str]:
    # TODO: give the dots one by one.
    return iter(["." * count])
'''

SQUARES = '''"""
01.2 · Squares (stretch, 25 min)

The square of each number.

Read: lesson 01, "More".      Check: course check 01.2
"""


def square(number: int) -> int:
    # TODO: the square.
    return number
'''

DOTS_GRADER = '''"""01.1: dots one by one."""

from course.grader import Exercise, criterion, expect

SHIPPED_STUB_FAILS = "test_one_by_one"


@criterion
def test_one_by_one(ex: Exercise) -> None:
    """The dots come one by one."""
    expect(list(ex.dots(3)), "three dots", why="All dots came glued together.").equals([".", ".", "."])


@criterion(needs=test_one_by_one)
def test_none(ex: Exercise) -> None:
    """No dots are no items."""
    expect(list(ex.dots(0)), "no dots").equals([])


@criterion
def test_any_number(ex: Exercise) -> None:
    """As many dots as were asked for, however they come."""
    expect("".join(ex.dots(5)), "five dots").equals(".....")
'''

SQUARES_GRADER = '''"""01.2: squares."""

from course.grader import Exercise, criterion, expect

SHIPPED_STUB_FAILS = "test_square"


@criterion
def test_square(ex: Exercise) -> None:
    """Three becomes nine."""
    expect(ex.square(3), "the square of 3").equals(9)
'''

RIGHT_DOTS = DOTS.replace(
    '    # TODO: give the dots one by one.\n    return iter(["." * count])', "    yield from '.' * count"
)
MISTAKE = "# caught by: test_one_by_one\n# learner reads: All dots came glued together.\n\n"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


class SmallCourse:
    """Lesson 01 with the exercises 01.1 dots and 01.2 squares, as shipped."""

    def __init__(
        self,
        root: Path,
        capsys: pytest.CaptureFixture[str] | None = None,
        monkeypatch: pytest.MonkeyPatch | None = None,
    ) -> None:
        self.root = root
        self._capsys, self._monkeypatch = capsys, monkeypatch
        for path, text in {
            "lessons/01_dots/index.md": PAGE,
            "lessons/01_dots/app.py": APP,
            "exercises/01_dots/README.md": NOTES,
            "exercises/01_dots/1_dots.py": DOTS,
            "exercises/01_dots/2_squares.py": SQUARES,
            "tests/submissions/stubs/01_dots/1_dots.py": DOTS,
            "tests/submissions/stubs/01_dots/2_squares.py": SQUARES,
            "tests/submissions/mistakes/01_dots/1_dots/all_at_once.py": MISTAKE + DOTS,
            "tests/submissions/approaches/01_dots/1_dots/a_loop.py": "# approach: yield from\n\n" + RIGHT_DOTS,
            "tests/exercises/01_dots/test_1_dots.py": DOTS_GRADER,
            "tests/exercises/01_dots/test_2_squares.py": SQUARES_GRADER,
            "solutions/01_dots/1_dots.py": RIGHT_DOTS,
            "solutions/01_dots/2_squares.py": SQUARES.replace(
                "# TODO: the square.\n    return number", "return number * number"
            ),
        }.items():
            self.write(path, text)

    @property
    def catalog(self) -> Catalog:
        return Catalog(self.root)

    @property
    def dots(self) -> Entry:
        return self.catalog.entry("01.1")

    def write(self, path: str, text: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def answer(self, text: str | bytes) -> Path:
        """The learner's file for 01.1."""
        return self.write("exercises/01_dots/1_dots.py", text)

    def course(self, *words: str) -> Said:
        """`course words…`, in this process."""
        assert self._capsys is not None
        assert self._monkeypatch is not None
        self._monkeypatch.setenv("COURSE_ROOT", str(self.root))
        self._monkeypatch.setattr(sys, "argv", ["course", *words])
        self._capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        said = self._capsys.readouterr()
        return Said(code, said.out, said.err)

    def environment(self) -> dict[str, str]:
        """For a process that should see this course."""
        import os

        return {**os.environ, "COURSE_ROOT": str(self.root), "PYTHONPATH": str(HERE), "NO_COLOR": "1"}

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """A Python process in this course: `run("-m", "course", "list")`."""
        words = [sys.executable, *command]
        return subprocess.run(
            words, cwd=self.root, env=self.environment(), capture_output=True, text=True, timeout=60, check=False
        )


@pytest.fixture
def small(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> SmallCourse:
    return SmallCourse(tmp_path.resolve(), capsys, monkeypatch)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """One for all tests of a module, which add to it and change nothing."""
    return SmallCourse(tmp_path_factory.mktemp("course").resolve())
