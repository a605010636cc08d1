"""Plain `pytest` judges the exercises: honest on a fresh clone, the same verdicts as `course check`."""

import json
import os
import xml.etree.ElementTree as ElementTree
from importlib.metadata import entry_points
from typing import Any

import pytest

RIGHT = "def dots(count):\n    yield from '.' * count\n"
WRONG = "def dots(count):\n    return iter(['.' * count])\n    pass\n"

SETTINGS = """
[pytest]
testpaths = tests/exercises
addopts = --import-mode=importlib --strict-markers -p no:cacheprovider
filterwarnings = error
"""


class Run:
    """What pytest said about the small course."""

    def __init__(self, small: Any, *words: str) -> None:
        small.write("pytest.ini", SETTINGS)
        installed = any(point.value == "course.plugin" for point in entry_points(group="pytest11"))
        named = () if installed else ("-p", "course.plugin")
        done = small.run("-m", "pytest", *named, f"--junitxml={small.root}/junit.xml", *words)
        self.code, self.out = done.returncode, done.stdout + done.stderr
        self.last = self.out.strip().splitlines()[-1].strip("= ")

    def cases(self, small: Any) -> list[tuple[str, str | None]]:
        """Name and outcome of each test in the JUnit XML."""
        tree = ElementTree.parse(small.root / "junit.xml")
        return [
            (case.attrib["name"], child.tag if (child := next(iter(case), None)) is not None else None)
            for case in tree.iter("testcase")
        ]


def test_a_fresh_clone_is_green_and_says_that_nothing_was_started(small: Any) -> None:
    run = Run(small)

    assert run.code == 0
    assert run.last.startswith("4 not started in ")
    assert "passed" not in run.last
    assert "01.1 dots      ○ not started" in run.out
    assert run.cases(small) == [
        ("test_one_by_one", "skipped"),
        ("test_none", "skipped"),
        ("test_any_number", "skipped"),
        ("test_square", "skipped"),
    ]
    assert 'message="not started"' in (small.root / "junit.xml").read_text()


def test_solutions_pass_whole(small: Any) -> None:
    run = Run(small, "--against", "solutions")

    assert run.code == 0
    assert run.last.startswith("4 passed in ")
    assert "2 of 2 exercises passed" in run.out


def test_a_failure_is_the_verdict_and_no_traceback(small: Any) -> None:
    small.answer(WRONG)
    run = Run(small)

    assert run.code == 1
    assert run.last.startswith("1 failed, 1 passed, 1 not checked, 1 not started in ")
    assert "✗ failed   the dots come one by one" in run.out
    assert "All dots came glued together." in run.out
    assert "Traceback" not in run.out
    assert ".py:" not in run.out.replace("exercises/01_dots/1_dots.py:1", "").replace("test_1_dots.py::", "")
    assert run.cases(small)[:3] == [("test_one_by_one", "failure"), ("test_none", "skipped"), ("test_any_number", None)]


@pytest.mark.parametrize(
    "text",
    [
        "raise SystemExit\n",
        "import os\nos._exit(0)\n",
        "def dots(count):\n    while True:\n        pass\n",
        "def dots(count:\n",
        "",
        pytest.param(
            "import os\nos.abort()\n", marks=pytest.mark.skipif(os.name != "posix", reason="a crash of POSIX")
        ),
    ],
)
def test_it_survives_what_an_exercise_does(small: Any, text: str) -> None:
    small.answer(text)
    small.write("exercises/01_dots/2_squares.py", "def square(number):\n    return number * number\n")
    run = Run(small)

    assert run.code == 1
    assert "01.1 dots      ✗ not yet" in run.out
    assert "01.2 squares   ✓ passed" in run.out
    assert "INTERNALERROR" not in run.out


def test_one_criterion_can_be_run_alone(small: Any) -> None:
    small.answer(WRONG)
    run = Run(small, "tests/exercises/01_dots/test_1_dots.py::test_any_number")

    assert run.code == 0
    assert run.last.startswith("1 passed in ")


def test_criteria_on_a_real_server_can_be_left_out(small: Any) -> None:
    grader = small.dots.grader
    grader.write_text(
        grader.read_text() + '\n\n@criterion(live=True)\ndef test_live(ex: Exercise) -> None:\n    """Live."""\n'
    )
    run = Run(small, "--against", "solutions", "-m", "not live")

    assert run.last.startswith("4 passed, 1 deselected in ")


def test_a_grader_that_belongs_to_no_exercise_is_an_error(small: Any) -> None:
    small.write("tests/exercises/01_dots/test_9_x.py", "x = 1\n")
    run = Run(small)

    assert run.code == 2
    assert "No exercise belongs to the grader 01_dots/test_9_x.py." in run.out


def test_other_tests_are_collected_as_ever(small: Any) -> None:
    small.write("tests/other/test_x.py", "def test_x():\n    assert True\n")
    run = Run(small, "tests/other")

    assert run.last.startswith("1 passed in ")
    assert "exercises" not in run.out.split("rootdir")[0]


def test_several_processes_tell_the_same(small: Any) -> None:
    pytest.importorskip("xdist")
    small.answer(WRONG)
    run = Run(small, "-n", "2")

    assert run.code == 1
    assert set(run.last.partition(" in ")[0].split(", ")) == {"1 failed", "1 passed", "1 not checked", "1 not started"}
    assert "01.1 dots      ✗ not yet       1 of 3" in run.out
    assert run.out.rindex("01.1 dots") < run.out.rindex("01.2 squares")


def test_in_this_process_for_the_debugger(small: Any) -> None:
    small.answer(WRONG)
    run = Run(small, "--in-process")

    assert run.code == 1
    assert run.last.startswith("2 failed, 1 passed, 1 skipped in ")


@pytest.mark.parametrize("text", [None, WRONG, RIGHT, "", "import os\nos._exit(3)\n", "def dotts(count): ...\n"])
def test_pytest_and_check_say_the_same(small: Any, text: str | None) -> None:
    if text is not None:
        small.answer(text)
    checked = [json.loads(line) for line in small.course("check", "--all", "--json").out.splitlines()]
    outcomes = {"passed": None, "failed": "failure", "not checked": "skipped", "not started": "skipped"}

    assert Run(small).cases(small) == [(verdict["criterion"], outcomes[verdict["state"]]) for verdict in checked]
