"""
The lab and a real uvicorn tell the same story, case by case; the known differences are listed, and still there.

A case is a function in conformance/cases. Real stories are told once per session, many at a time.
"""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from conformance import differences, stories
from conformance.world import STEP

pytestmark = pytest.mark.live


@pytest.fixture(scope="session")
def real_stories(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The stories of the cases that this session has selected."""
    asking = [item for item in request.session.items if "real_stories" in getattr(item, "fixturenames", ())]
    chosen = [item.callspec.params["name"] for item in asking]
    return stories.real(chosen)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before and thread.name.startswith("live")]
    assert not left


@pytest.mark.parametrize("name", [name for name in stories.CASES if name not in differences.DIFFERENCES])
def test_the_lab_and_uvicorn_tell_the_same_story(name: str, real_stories: dict[str, Any]) -> None:
    virtual, real = stories.virtual(name), real_stories[name]
    for slower in (1, 2, 3):  # Real things can be late on a busy machine; alone they are less so, and more slowly not.
        if virtual == real:
            break
        real = stories.real([name], step=slower * STEP)[name]

    assert virtual == real, f"{name}\n\nThe lab:\n{virtual}\n\nuvicorn:\n{real}"


@pytest.mark.parametrize("name", differences.DIFFERENCES)
def test_a_known_difference_is_still_one(name: str, real_stories: dict[str, Any]) -> None:
    virtual = stories.virtual(name)

    assert virtual != real_stories[name], f"{name} is the same now. Take it out of differences.py. It tells:\n{virtual}"


@pytest.mark.parametrize("name", stories.CASES)
def test_a_case_says_what_it_shows(name: str) -> None:
    text = stories.CASES[name].__doc__

    assert text
    assert text.strip().endswith(".")


def test_every_known_difference_is_a_case() -> None:
    assert set(differences.DIFFERENCES) <= set(stories.CASES)


def test_the_table_has_one_row_per_difference() -> None:
    rows = differences.table().strip().splitlines()

    assert len(rows) == 2 + len(differences.DIFFERENCES)
    assert {row.count("|") for row in rows} == {5}


def test_there_are_enough_cases() -> None:
    assert len(stories.CASES) >= 36
