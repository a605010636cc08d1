"""`course list`, `hint`, `solution`, `reset`, `report`, `doctor`: nothing of the learner's is ever lost."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

RIGHT = "def dots(count):\n    yield from '.' * count\n"
MINE = "def dots(count):\n    return 'my own work'\n"


def backups(small: Any) -> list[Path]:
    return sorted((small.root / ".course/backups/01_dots").glob("1_dots-*.py"))


def test_the_list_shows_lessons_and_where_one_is(small: Any) -> None:
    said = small.course("list")

    assert said.code == 0
    assert "01  Dots" in said.out
    assert "0 of 2 passed" in said.out
    assert "You are at 01.1 dots" in said.out


def test_the_list_of_a_lesson_shows_the_state_of_each_exercise(small: Any) -> None:
    small.answer(MINE)
    small.course("check", "01.1")
    (small.root / "exercises/01_dots/2_squares.py").unlink()
    said = small.course("list", "01")

    assert "01.1  … 0 of 3" in said.out
    assert "01.2  ! no file" in said.out
    assert small.course("list", "01.1").out == said.out


def test_hints_come_one_at_a_time(small: Any) -> None:
    heard = [small.course("hint", "01.1").out for _ in range(4)]

    assert ["Nudge" in heard[0], "Closer" in heard[1], "Almost" in heard[2], "Almost" in heard[3]] == [True] * 4
    assert "hint 1 of 3" in heard[0]
    assert "course hint 01.1" in heard[0]
    assert "course solution 01.1 --anyway" in heard[2]


def test_a_long_hint_is_broken_at_the_terminal_s_width(small: Any) -> None:
    notes = small.root / "exercises/01_dots/README.md"
    notes.write_text(notes.read_text(encoding="utf-8").replace("Nudge.", "A nudge " * 30), encoding="utf-8")

    said = small.course("hint", "01.1").out
    assert max(map(len, said.splitlines())) <= 80


def test_all_hints_can_be_had_at_once(small: Any) -> None:
    said = small.course("hint", "01.1", "--all")

    assert [word in said.out for word in ("Nudge", "Closer", "Almost")] == [True] * 3


def test_an_exercise_without_hints_says_so(small: Any) -> None:
    said = small.course("hint", "01.2")

    assert said.code == 2
    assert said.err.startswith("01.2 has no hints")


def test_the_solution_waits_until_one_has_passed(small: Any) -> None:
    before = small.course("solution", "01.1")
    small.answer(RIGHT)
    small.course("check", "01.1")
    after = small.course("solution", "01.1")

    assert before.code == 1
    assert "yield" not in before.out
    assert "course solution 01.1 --anyway" in before.err
    assert after.code == 0
    assert "── solutions/01_dots/1_dots.py" in after.out
    assert "# approach: yield from" in after.out


def test_the_solution_can_be_had_anyway(small: Any) -> None:
    assert "yield from" in small.course("solution", "01.1", "--anyway").out


def test_reset_keeps_a_copy_and_says_where(small: Any) -> None:
    small.answer(MINE)
    said = small.course("reset", "01.1")
    (kept,) = backups(small)

    assert said.code == 0
    assert small.dots.path.read_bytes() == small.dots.stub.read_bytes()
    assert kept.read_text(encoding="utf-8") == MINE
    assert kept.relative_to(small.root).as_posix() in said.out


def test_two_resets_keep_two_copies(small: Any) -> None:
    for text in (MINE, RIGHT):
        small.answer(text)
        small.course("reset", "01.1")

    assert {path.read_text(encoding="utf-8") for path in backups(small)} == {MINE, RIGHT}


def test_reset_of_an_untouched_file_changes_nothing(small: Any) -> None:
    said = small.course("reset", "01.1")

    assert "Nothing was changed" in said.out
    assert backups(small) == []


def test_reset_brings_back_a_file_that_is_gone(small: Any) -> None:
    small.dots.path.unlink()
    small.course("reset", "01.1")

    assert small.dots.path.read_bytes() == small.dots.stub.read_bytes()


def test_reset_does_not_overwrite_what_it_cannot_keep(small: Any) -> None:
    small.answer(MINE)
    small.write(".course", "in the way")
    said = small.course("reset", "01.1")

    assert said.code == 2
    assert "Your file is as it was." in said.err
    assert small.dots.path.read_text(encoding="utf-8") == MINE


def test_a_reset_that_cannot_write_says_what_is_where(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    small.answer(MINE)
    for step in ("shutil.copymode", "pathlib.Path.replace"):
        with monkeypatch.context() as full:
            full.setattr(step, fail)
            said = small.course("reset", "01.1")
        kept = backups(small)[-1]

        assert said.code == 2
        assert "No space left on device" in said.err
        assert "Your file is as it was." in said.err
        assert small.dots.path.read_text(encoding="utf-8") == MINE
        assert f"A copy is kept in {kept.relative_to(small.root).as_posix()}" in said.err
        assert kept.read_text(encoding="utf-8") == MINE
        assert [path.name for path in small.dots.path.parent.glob(".*")] == []


def test_a_save_in_the_middle_of_a_reset_is_not_lost(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small.answer(MINE)
    monkeypatch.setattr("shutil.copymode", lambda *_: small.answer(RIGHT))
    said = small.course("reset", "01.1")

    assert said.code == 2
    assert "as you saved it" in said.err
    assert small.dots.path.read_text(encoding="utf-8") == RIGHT


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_reset_replaces_a_link_and_what_it_led_to_stays(small: Any) -> None:
    elsewhere = small.write("elsewhere/mine.py", MINE)
    small.dots.path.unlink()
    small.dots.path.symlink_to(elsewhere)
    said = small.course("reset", "01.1")

    assert f"It was a link to {elsewhere}" in said.out
    assert not small.dots.path.is_symlink()
    assert small.dots.path.read_bytes() == small.dots.stub.read_bytes()
    assert elsewhere.read_text(encoding="utf-8") == backups(small)[0].read_text(encoding="utf-8") == MINE


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_reset_works_where_the_folder_is_a_link(small: Any) -> None:
    (small.root / "exercises").rename(small.root / "elsewhere")
    (small.root / "exercises").symlink_to(small.root / "elsewhere")
    small.answer(MINE)
    said = small.course("reset", "01.1")

    assert said.code == 0
    assert (small.root / "exercises").is_symlink()
    assert (small.root / "elsewhere/01_dots/1_dots.py").read_bytes() == small.dots.stub.read_bytes()


def test_a_binary_file_is_reset_like_any_other(small: Any) -> None:
    small.answer(b"\x00\xff")
    small.course("reset", "01.1")

    assert backups(small)[0].read_bytes() == b"\x00\xff"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_tree_is_no_crash(small: Any) -> None:
    small.answer(RIGHT)
    small.root.chmod(0o555)
    try:
        said = small.course("check", "01.1")
    finally:
        small.root.chmod(0o755)

    assert said.code == 0
    assert said.err.startswith("Progress cannot be saved")


def test_the_report_is_a_json_document(small: Any) -> None:
    small.answer(RIGHT)
    said = small.course("report", "--json")
    document = json.loads(said.out)

    assert said.code == 1
    assert (document["v"], document["passed"], document["total"]) == (1, 1, 2)
    assert [exercise["state"] for exercise in document["exercises"]] == ["passed", "not started"]


def test_the_report_is_a_page_that_needs_nothing_else(small: Any, tmp_path: Path) -> None:
    small.answer("def dots(count):\n    return ['<script>']\n")
    page = tmp_path / "report.html"
    said = small.course("report", "--html", str(page))
    text = page.read_text(encoding="utf-8")

    assert said.code == 1
    assert str(page) in said.err
    assert "<script>" not in text
    assert "src=" not in text
    assert "01.1" in text


def test_a_report_that_cannot_be_written_says_so(small: Any) -> None:
    said = small.course("report", "--html", str(small.root / "no/such/folder.html"))

    assert said.code == 2
    assert "cannot be written" in said.err


def test_the_doctor_says_what_is_there(small: Any) -> None:
    said = small.course("doctor")

    assert said.code == 0
    assert "✓ ok       Python 3." in said.out
    assert "Lessons: 1, exercises: 2" in said.out
    assert "The judging process starts" in said.out


def test_the_doctor_finds_what_is_missing(small: Any) -> None:
    small.dots.grader.unlink()
    small.dots.path.unlink()
    said = small.course("doctor")

    assert said.code == 2
    assert "✗ problem  tests/exercises/01_dots/test_1_dots.py is gone" in said.out
    assert "course reset 01.1" in said.out
