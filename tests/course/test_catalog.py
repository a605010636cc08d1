"""The catalog: what the tree says, by every name that people use."""

from pathlib import Path
from typing import Any

import pytest

from course import descriptions
from course.catalog import Catalog, UnknownId


def test_a_lesson_says_what_its_page_says(small: Any) -> None:
    (lesson,) = small.catalog.lessons

    assert (lesson.id, lesson.number, lesson.name) == ("01_dots", "01", "dots")
    assert (lesson.title, lesson.minutes) == ("Dots", 20)
    assert lesson.summary == "After this lesson you can send dots one by one."
    assert lesson.app == small.root / "lessons/01_dots/app.py"


def test_an_exercise_says_what_its_stub_and_its_notes_say(small: Any) -> None:
    dots = small.dots

    assert (dots.id, dots.lesson, dots.slug, dots.name) == ("01.1", "01_dots", "1_dots", "dots")
    assert (dots.title, dots.level, dots.minutes) == ("Dots", "core", 15)
    assert dots.brief == "Send the dots one by one."
    assert dots.read == '01 "One by one"'
    assert dots.hints == ("Nudge.", "Closer.", "Almost.")


def test_the_paths_of_an_exercise_mirror_each_other(small: Any) -> None:
    dots, root = small.dots, small.root

    assert dots.path == root / "exercises/01_dots/1_dots.py"
    assert dots.solution == root / "solutions/01_dots/1_dots.py"
    assert dots.stub == root / "tests/submissions/stubs/01_dots/1_dots.py"
    assert dots.grader == root / "tests/exercises/01_dots/test_1_dots.py"
    assert [path.name for path in dots.mistakes] == ["all_at_once.py"]
    assert [path.name for path in dots.approaches] == ["a_loop.py"]


@pytest.mark.parametrize(
    "name",
    [
        "01.1",
        "1.1",
        "1.01",
        " 01.1 ",
        "01_dots/1_dots",
        "1_dots",
        "exercises/01_dots/1_dots.py",
        "./exercises/01_dots/1_dots.py",
    ],
)
def test_an_exercise_has_many_names(small: Any, name: str) -> None:
    assert small.catalog.entry(name).id == "01.1"


def test_an_exercise_is_known_by_its_full_path(small: Any) -> None:
    assert small.catalog.entry(str(small.dots.path)).id == "01.1"


def test_a_name_that_is_used_once_is_enough(small: Any) -> None:
    assert small.catalog.entry("squares").id == "01.2"


@pytest.mark.parametrize("name", ["1", "01", "01_dots", "dots", "01_dots/"])
def test_a_lesson_has_many_names(small: Any, name: str) -> None:
    assert small.catalog.lesson(name).id == "01_dots"


@pytest.mark.parametrize(
    ("word", "found"), [("1", "01_dots"), ("dots", "01_dots"), ("01.2", "01.2"), ("squares", "01.2")]
)
def test_one_word_names_a_lesson_or_else_an_exercise(small: Any, word: str, found: str) -> None:
    assert small.catalog.find(word).id == found


@pytest.mark.parametrize(
    ("word", "kind"), [("7", "lesson 07"), ("sqares", "exercise sqares"), ("01.9", "exercise 01.9")]
)
def test_a_word_that_names_nothing_is_answered_for_what_it_looks_like(small: Any, word: str, kind: str) -> None:
    with pytest.raises(UnknownId, match=rf"There is no {kind}\."):
        small.catalog.find(word)


def test_places_on_the_site_follow_from_the_ids(small: Any) -> None:
    assert small.catalog.lesson("01").url == "01_dots/"
    assert small.catalog.entry("01.2").url == "01_dots/#exercise-01-2"


def test_a_grader_leads_to_its_exercise(small: Any) -> None:
    assert small.catalog.entry_of_grader(small.dots.grader).id == "01.1"
    with pytest.raises(UnknownId, match="test_9_x"):
        small.catalog.entry_of_grader(small.dots.grader.with_name("test_9_x.py"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01.9", "There is no exercise 01.9. Lesson 01 has 01.1 to 01.2.\nTry: course list 01"),
        ("09.1", "There is no exercise 09.1. The lessons are 01 to 01.\nTry: course list"),
        ("sqares", "There is no exercise sqares. The nearest name is squares (01.2).\nTry: course list"),
        ("zzz", "There is no exercise zzz. The lessons are 01 to 01.\nTry: course list"),
    ],
)
def test_an_unknown_exercise_is_answered_with_the_nearest_ones(small: Any, name: str, expected: str) -> None:
    with pytest.raises(UnknownId) as caught:
        small.catalog.entry(name)
    assert str(caught.value) == expected


def test_an_unknown_lesson_is_answered_with_the_nearest_ones(small: Any) -> None:
    with pytest.raises(UnknownId, match=r"There is no lesson 07\. The lessons are 01 to 01\."):
        small.catalog.lesson("7")
    with pytest.raises(UnknownId, match=r"There is no lesson 01_dost\. The nearest name is 01_dots\."):
        small.catalog.lesson("01_dost")


def test_an_ambiguous_name_is_answered_with_both(small: Any) -> None:
    small.write("lessons/02_more/app.py", "")
    small.write("tests/submissions/stubs/02_more/1_dots.py", "")
    with pytest.raises(UnknownId, match=r"dots could be 01\.1 dots, 02\.1 dots"):
        small.catalog.entry("dots")


def test_a_course_without_lessons_is_an_empty_catalog(tmp_path: Path) -> None:
    assert Catalog(tmp_path).lessons == ()
    assert Catalog(tmp_path).entries() == []


def test_an_exercise_stays_in_the_catalog_when_its_file_is_gone(small: Any) -> None:
    small.dots.path.unlink()
    (small.root / "exercises/01_dots/README.md").unlink()

    assert (small.dots.level, small.dots.minutes, small.dots.hints) == ("core", 15, ())


def test_ten_exercises_stand_in_the_order_of_their_numbers(small: Any) -> None:
    small.write("tests/submissions/stubs/01_dots/10_last.py", "")

    assert [entry.id for entry in small.catalog.entries()] == ["01.1", "01.2", "01.10"]


def test_the_root_is_taken_from_the_environment(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_ROOT", str(small.root))

    assert Catalog().root == small.root


def test_a_path_is_shown_from_the_root(small: Any) -> None:
    assert small.catalog.shown(small.dots.path) == "exercises/01_dots/1_dots.py"
    assert small.catalog.shown(Path("/elsewhere/x.py")) == str(Path("/elsewhere/x.py"))


def test_front_matter_ends_at_the_second_rule(tmp_path: Path) -> None:
    page = tmp_path / "index.md"
    page.write_text("---\ntitle: 'A: b'\n  nested: no\n---\nminutes: 3\n", encoding="utf-8")

    assert descriptions.front_matter(page) == {"title": "A: b"}
