"""What the course promises to teach: every row of the lessons that exist is claimed by its page, and practised."""

import json
import re
from pathlib import Path

import pytest

from course.catalog import Catalog, Lesson

CATALOG = Catalog()
ROWS = json.loads(Path(__file__).parents[1].joinpath("data", "coverage.json").read_text(encoding="utf-8"))
LESSONS = [pytest.param(lesson, id=lesson.id) for lesson in CATALOG.lessons]


def claimed(lesson: Lesson) -> set[str]:
    found = re.search(r"^covers: \[(.*)\]$", lesson.page.read_text(encoding="utf-8"), re.MULTILINE)
    return {row.strip() for row in found[1].split(",")} if found else set()


def test_every_row_has_a_lesson() -> None:
    assert [row for row, about in ROWS.items() if not about["lessons"]] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_page_claims_the_rows_of_its_lesson_and_no_others(lesson: Lesson) -> None:
    assert claimed(lesson) == {row for row, about in ROWS.items() if lesson.number in about["lessons"]}


@pytest.mark.parametrize("row", ROWS)
def test_the_exercises_of_a_row_exist_and_belong_to_a_lesson_so_far(row: str) -> None:
    exercises = {entry.id for entry in CATALOG.entries()}
    assert set(ROWS[row]["exercises"]) <= exercises
