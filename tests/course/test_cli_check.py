"""`course check`: what it prints, and its exit codes."""

import json
from typing import Any

import pytest

RIGHT = "def dots(count):\n    yield from '.' * count\n"
WRONG = "def dots(count):\n    return iter(['.' * count])\n    # mine\n    pass\n"


def test_a_right_answer_is_exit_code_0(small: Any) -> None:
    small.answer(RIGHT)
    said = small.course("check", "01.1")

    assert said.code == 0
    assert said.out.startswith("01.1 dots · passed (3 of 3)\n")
    assert said.err == ""


def test_a_wrong_answer_is_exit_code_1_and_shows_its_failure(small: Any) -> None:
    small.answer(WRONG)
    said = small.course("check", "dots")

    assert said.code == 1
    assert "✗ failed   the dots come one by one" in said.out
    assert "All dots came glued together." in said.out
    assert "– not checked   no dots are no items" in said.out


def test_what_was_not_started_is_run_when_it_is_named(small: Any) -> None:
    said = small.course("check", "01.1")

    assert said.code == 1
    assert said.out.startswith("01.1 dots · not started")
    assert "This is what the stub does as it is:" in said.out
    assert "All dots came glued together." in said.out


def test_without_a_name_the_current_exercise_is_checked(small: Any) -> None:
    small.answer(RIGHT)
    small.course("check", "01.1")
    said = small.course("check")

    assert said.out.startswith("01.2 squares")


def test_a_lesson_is_checked_exercise_by_exercise(small: Any) -> None:
    small.answer(RIGHT)
    said = small.course("check", "1")

    assert said.code == 1
    assert "01.1 dots · passed (3 of 3)" in said.out
    assert "01.2 squares · not started" in said.out
    assert "1 of 2 exercises passed" in said.out


def test_all_solutions_pass(small: Any) -> None:
    said = small.course("check", "--all", "--against", "solutions")

    assert said.code == 0
    assert "2 of 2 exercises passed" in said.out


def test_what_was_not_started_is_not_run_with_all(small: Any) -> None:
    small.write("tests/submissions/stubs/01_dots/1_dots.py", "raise SystemExit('I ran')\n")
    small.answer("raise SystemExit('I ran')\n")
    said = small.course("check", "--all")

    assert said.code == 1
    assert "01.1 dots · not started" in said.out
    assert "I ran" not in said.out


def test_a_file_of_any_name_can_be_checked(small: Any) -> None:
    mine = small.write("elsewhere/mine.py", RIGHT)

    assert small.course("check", "01.1", "--against", str(mine)).code == 0
    assert small.course("list", "01").out.count("not started") == 2


def test_a_file_answers_one_exercise_only(small: Any) -> None:
    mine = small.write("elsewhere/mine.py", RIGHT)
    said = small.course("check", "--all", "--against", str(mine))

    assert said.code == 2
    assert said.err.startswith("A file answers one exercise.")


def test_json_is_a_verdict_per_line(small: Any) -> None:
    small.answer(RIGHT)
    said = small.course("check", "--all", "--json")
    verdicts = [json.loads(line) for line in said.out.splitlines()]

    assert said.code == 1
    assert [(v["v"], v["exercise"], v["state"]) for v in verdicts] == [(1, "01.1", "passed")] * 3 + [
        (1, "01.2", "not started")
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "01.9"], "There is no exercise 01.9. Lesson 01 has 01.1 to 01.2.\nTry: course list 01\n"),
        (["check", "7"], "There is no lesson 07. The lessons are 01 to 01.\nTry: course list\n"),
        (["check", "sqares"], "There is no exercise sqares. The nearest name is squares (01.2).\nTry: course list\n"),
        (["hint", "01.9"], "There is no exercise 01.9. Lesson 01 has 01.1 to 01.2.\nTry: course list 01\n"),
        (["hint", "1"], "1 is a lesson. Its exercises are 01.1 to 01.2.\nTry: course list 01\n"),
        (["run", "7"], "There is no lesson 07. The lessons are 01 to 01.\nTry: course list\n"),
        (["trace", "7", "/x"], "There is no lesson 07. The lessons are 01 to 01.\nTry: course list\n"),
        (["list", "7"], "There is no lesson 07. The lessons are 01 to 01.\nTry: course list\n"),
        (["check", "01.1", "--against", "nowhere.py"], "There is no file nowhere.py.\n--against takes"),
        (["report", "--against", "mistakes"], "--against takes `exercises` or `solutions`.\n"),
    ],
)
def test_a_call_that_names_nothing_is_exit_code_2_on_stderr(small: Any, words: list[str], message: str) -> None:
    said = small.course(*words)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(message)


@pytest.mark.parametrize("words", [["chek"], ["check", "--nope"], ["run"], ["trace", "1", "/x", "--for", "soon"]])
def test_a_call_that_cannot_be_read_is_exit_code_2_on_stderr(small: Any, words: list[str]) -> None:
    said = small.course(*words)

    assert (said.code, said.out) == (2, "")
    assert "Error" in said.err


def test_a_folder_without_a_course_is_said(small: Any) -> None:
    (small.root / "lessons").rename(small.root / "gone")
    for words in (["check", "01.1"], ["list"], ["hint"], []):
        said = small.course(*words)
        assert said.code == 2
        assert said.err == f"There is no course in {small.root}: no folder lessons/NN_name.\n"


def test_a_missing_exercise_file_says_so(small: Any) -> None:
    small.dots.path.unlink()
    said = small.course("check", "01.1")

    assert said.code == 1
    assert "There is no file 1_dots.py" in said.out


def test_a_missing_grader_is_the_courses_fault(small: Any) -> None:
    small.dots.grader.unlink()
    said = small.course("check", "01.1")

    assert said.code == 2
    assert said.err.startswith("The course itself failed while it judged; your code is not the cause.")
    assert "01_dots/test_1_dots.py" in said.err


def test_a_syntax_error_is_told_with_file_line_and_message(small: Any) -> None:
    small.answer("def dots(count:\n    pass\n")
    said = small.course("check", "01.1")

    assert said.code == 1
    assert "exercises/01_dots/1_dots.py:1" in said.out
    assert "'(' was never closed" in said.out
    assert "Traceback" not in said.out + said.err


def test_a_broken_progress_file_is_said_and_does_not_stand_in_the_way(small: Any) -> None:
    small.write(".course/progress.json", "{")
    small.answer(RIGHT)
    said = small.course("check", "01.1")

    assert said.code == 0
    assert "It now lies in .course/progress.broken-" in said.err


@pytest.mark.parametrize("columns", ["1", "40", "200"])
def test_a_narrow_terminal_gets_the_same_words(small: Any, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    small.answer(WRONG)
    said = small.course("check", "01.1")

    assert said.code == 1
    assert max(map(len, said.out.splitlines())) <= max(40, min(100, int(columns)))
    assert "All dots came glued together." in " ".join(said.out.split())
