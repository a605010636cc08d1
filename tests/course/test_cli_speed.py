"""`course list` and `course --help` answer at once: nothing heavy is imported on that path."""

import subprocess
import sys
from typing import Any

import pytest

HEAVY = ("fastapi", "uvicorn", "httpx2", "starlette", "pytest", "watchfiles", "mkdocs", "course.grader")


@pytest.mark.parametrize(
    "words", [["list"], ["list", "01"], ["--help"], ["check", "--help"], ["hint", "01.1"], ["--version"]]
)
def test_nothing_heavy_is_imported_to_answer(small: Any, words: list[str]) -> None:
    program = (
        f"import sys; sys.argv = ['course', *{words!r}]\n"
        "from course.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print('imported', [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = small.run("-c", program)

    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "imported []"


def test_help_names_every_subcommand(small: Any) -> None:
    said = small.course("--help")

    for name in ("list", "run", "check", "hint", "solution", "reset", "trace", "report", "serve", "doctor"):
        assert f"\n  {name} " in said.out
    assert max(map(len, said.out.splitlines())) <= 80


def test_the_reader_of_a_pipe_may_leave(small: Any) -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "course", "list"],
        env=small.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()

        assert command.stderr.read() == b""
        assert command.wait(60) in (0, 1)
