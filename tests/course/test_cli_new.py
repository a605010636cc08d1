"""`course new`: an exercise laid out holds before anything in it was changed."""

from typing import Any

import pytest

from course.criteria import stub_fails


@pytest.fixture(params=["plain", "async"])
def lesson(request: pytest.FixtureRequest, small: Any) -> str:
    """What the exercises of the lesson are that a new one comes to."""
    if request.param == "async":
        stub = "tests/submissions/stubs/01_dots/2_squares.py"
        text = (small.root / stub).read_text(encoding="utf-8")
        small.write(stub, text.replace("def square", "async def square"))
    return str(request.param)


def test_what_is_laid_out_is_sound(small: Any, lesson: str) -> None:
    said = small.course("new", "01.3", "heartbeat")
    assert said.code == 0, said.err
    entry = small.catalog.entry("01.3")
    assert (entry.name, entry.title, entry.level, entry.minutes) == ("heartbeat", "Heartbeat", "core", 15)
    assert entry.path.read_bytes() == entry.stub.read_bytes() != entry.solution.read_bytes()
    assert ("async def" in entry.stub.read_text(encoding="utf-8")) == (lesson == "async")
    assert len(entry.hints) == 3
    assert stub_fails(entry.grader) == "test_each_reading_leaves_at_once"
    proof = small.run("-m", "course.soundness", "01.3")
    assert proof.returncode == 0, proof.stdout
    assert "4 mistakes" in proof.stdout


@pytest.mark.usefixtures("lesson")
def test_each_single_fault_in_what_is_laid_out_is_caught(small: Any) -> None:
    small.course("new", "01.3", "heartbeat")
    proof = small.run("-m", "course.grader.mutants", "01.3")
    assert proof.returncode == 0, proof.stdout
    assert "0 survived" in proof.stdout


def test_it_says_what_was_written_and_what_comes_next(small: Any) -> None:
    said = small.course("new", "01.3", "heartbeat")
    for shown in ("tests/submissions/stubs/01_dots/3_heartbeat.py", "tests/exercises/01_dots/test_3_heartbeat.py"):
        assert shown in said.out
    assert "python -m course.soundness 01.3" in said.out
    assert "python -m course.grader.mutants 01.3" in said.out
    assert "course check 01.3" in small.catalog.entry("01.3").stub.read_text(encoding="utf-8")


def test_the_notes_of_the_other_exercises_stay(small: Any) -> None:
    before = (small.root / "exercises/01_dots/README.md").read_text(encoding="utf-8")
    small.course("new", "01.3", "heartbeat")
    assert (small.root / "exercises/01_dots/README.md").read_text(encoding="utf-8").startswith(before.rstrip())


@pytest.mark.parametrize(
    ("number", "name", "said"),
    [
        ("01.2", "heartbeat", "01.2 is squares.\nTry: course new 01.3 heartbeat"),
        ("01.5", "heartbeat", "Lesson 01 has 2 exercises, so the next is 01.3."),
        ("09.1", "heartbeat", "There is no lesson 09."),
        ("heartbeat", "01.3", "heartbeat is no exercise's number."),
        ("01.3", "Heart Beat", "Heart Beat is no name"),
        ("01.3", "dots", "01.1 is called dots already"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(small: Any, number: str, name: str, said: str) -> None:
    before = sorted(small.root.rglob("*"))
    answer = small.course("new", number, name)
    assert answer.code == 2
    assert said in answer.err
    assert sorted(path for path in small.root.rglob("*") if ".course" not in path.parts) == before


def test_a_file_that_is_there_is_never_overwritten(small: Any) -> None:
    mine = small.write("solutions/01_dots/3_heartbeat.py", "mine = 1\n")
    answer = small.course("new", "01.3", "heartbeat")
    assert answer.code == 2
    assert "solutions/01_dots/3_heartbeat.py is there already" in answer.err
    assert mine.read_text(encoding="utf-8") == "mine = 1\n"
    assert not (small.root / "exercises/01_dots/3_heartbeat.py").exists()
