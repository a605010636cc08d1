"""Progress remembers, and never stands in the way."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from course.progress import Progress
from course.reports import report, unjudged
from course.verdict import Report, Verdict

RIGHT = "def dots(count):\n    yield from '.' * count\n"


def passed(small: Any) -> Report:
    return unjudged(small.catalog, small.dots, "passed")


def failed(small: Any) -> Report:
    return report(small.catalog, small.dots, [Verdict("01.1", "test_one_by_one", "One by one.", "failed")])


@pytest.fixture
def sentences() -> list[str]:
    return []


@pytest.fixture
def progress(small: Any, sentences: list[str]) -> Progress:
    return Progress(small.catalog, sentences.append)


def again(small: Any) -> Progress:
    return Progress(small.catalog)


def test_the_stub_as_shipped_is_not_started(small: Any, progress: Progress) -> None:
    assert progress.standing(small.dots) == "not started"


def test_what_was_judged_is_remembered(small: Any, progress: Progress) -> None:
    small.answer(RIGHT)
    progress.note(small.dots, passed(small))

    assert again(small).standing(small.dots) == "passed"
    assert again(small).counts(small.dots) == (3, 3)


def test_a_file_that_changed_since_has_not_passed(small: Any, progress: Progress) -> None:
    small.answer(RIGHT)
    progress.note(small.dots, passed(small))
    small.answer(RIGHT + "\nx = 1\n")

    assert again(small).standing(small.dots) == "not yet"
    assert again(small).ever_passed(small.dots)


def test_the_current_exercise_is_the_first_that_has_not_passed(small: Any, progress: Progress) -> None:
    first = progress.current()
    small.answer(RIGHT)
    progress.note(small.dots, passed(small))

    assert first == small.dots
    assert progress.current() == small.catalog.entry("01.2")


def test_the_current_exercise_is_the_last_touched_while_it_is_open(small: Any, progress: Progress) -> None:
    squares = small.catalog.entry("01.2")
    squares.path.write_text("def square(number):\n    return 3\n", encoding="utf-8")
    progress.note(squares, failed(small))

    assert again(small).current() == squares


def test_hints_come_one_by_one_and_the_last_one_stays(small: Any, progress: Progress) -> None:
    seen = []
    for _ in range(4):
        seen.append(progress.next_hint(small.dots))
        progress.hint_shown(small.dots, seen[-1])

    assert seen == [0, 1, 2, 2]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"v": 2, "exercises": {}}',
        b'{"v": 1, "exercises": {"01.1": 5}}',
        b"\xff\x00",
        *(
            json.dumps({"v": 1, "exercises": {"01.1": counts}}).encode()
            for counts in (
                {"hints": -1},
                {"hints": "many"},
                {"hints": True},
                {"passed": -3, "total": 3},
                {"passed": 4, "total": 3},
                {"passed": 1.5, "total": 3},
                {"passed": 1, "total": None},
            )
        ),
        b'{"v": 1, "exercises": {"01.1": {"hints": ' + b"9" * 5000 + b"}}}",
    ],
)
def test_a_broken_file_is_set_aside_said_and_begun_anew(small: Any, content: bytes) -> None:
    small.write(".course/progress.json", content)
    sentences: list[str] = []
    progress = Progress(small.catalog, sentences.append)

    (aside,) = (small.root / ".course").glob("progress.broken-*.json")
    assert aside.read_bytes() == content
    assert len(sentences) == 1
    assert aside.name in sentences[0]
    assert progress.standing(small.dots) == "not started"
    progress.hint_shown(small.dots, 0)
    assert json.loads(progress.file.read_text(encoding="utf-8"))["v"] == 1


def test_odd_values_in_the_file_do_no_harm(small: Any) -> None:
    odd = {"v": 1, "last": 7, "exercises": {"01.1": {"state": 3}, "99.9": {}}}
    small.write(".course/progress.json", json.dumps(odd))
    progress = again(small)

    assert progress.next_hint(small.dots) == 0
    assert progress.standing(small.dots) == "not started"
    assert progress.current() == small.dots


def test_where_nothing_can_be_written_progress_is_kept_in_memory_and_that_is_said_once(
    small: Any, progress: Progress, sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    small.answer(RIGHT)
    progress.note(small.dots, passed(small))
    progress.note(small.dots, passed(small))

    assert progress.standing(small.dots) == "passed"
    assert sentences == ["Progress cannot be saved (Permission denied); it is kept until this command ends."]


def test_a_file_where_the_folder_should_be_is_no_crash(small: Any, progress: Progress, sentences: list[str]) -> None:
    small.write(".course", "in the way")
    progress.hint_shown(small.dots, 0)

    assert len(sentences) == 1


def test_a_crash_while_writing_leaves_the_old_file(
    small: Any, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.hint_shown(small.dots, 0)
    before = progress.file.read_bytes()
    monkeypatch.setattr("json.dump", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    progress.hint_shown(small.dots, 1)

    assert progress.file.read_bytes() == before
    assert sorted(path.name for path in progress.file.parent.iterdir()) == ["progress.json", "progress.lock"]


def test_reset_forgets_the_hints_and_not_that_it_was_passed(small: Any, progress: Progress) -> None:
    small.answer(RIGHT)
    progress.note(small.dots, passed(small))
    progress.hint_shown(small.dots, 1)
    progress.forget(small.dots)

    assert progress.next_hint(small.dots) == 0
    assert progress.ever_passed(small.dots)


# --- several processes share the file -----------------------------------------------------------


def test_what_another_process_wrote_is_neither_forgotten_nor_undone(small: Any, progress: Progress) -> None:
    small.answer(RIGHT)
    other = again(small)
    other.hint_shown(small.dots, 1)
    progress.note(small.dots, passed(small))
    assert (other.next_hint(small.dots), other.standing(small.dots)) == (2, "passed")

    other.forget(small.dots)
    progress.hint_shown(small.catalog.entry("01.2"), 0)
    assert again(small).standing(small.dots) == "not yet"
    assert progress.next_hint(small.dots) == 0


def test_thirteen_who_write_at_once_keep_all_thirteen(small: Any) -> None:
    entries = [replace(small.dots, id=f"01.{number}") for number in range(13)]
    threads = [threading.Thread(target=again(small).hint_shown, args=(entry, 1)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [again(small).next_hint(entry) for entry in entries] == [2] * 13


def test_what_could_not_be_saved_is_saved_with_the_next_change(
    small: Any, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr("tempfile.mkstemp", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        progress.hint_shown(small.dots, 1)
    again(small).hint_shown(small.catalog.entry("01.2"), 0)
    assert progress.next_hint(small.dots) == 2
    progress.note(small.catalog.entry("01.2"), failed(small))

    assert again(small).next_hint(small.dots) == 2


def test_a_file_that_cannot_be_opened_for_the_moment_is_not_set_aside(
    small: Any, progress: Progress, sentences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dots = small.dots
    again(small).hint_shown(dots, 0)
    with monkeypatch.context() as scarce:
        scarce.setattr("pathlib.Path.read_text", lambda *_, **__: (_ for _ in ()).throw(OSError(24, "Too many files")))
        progress.hint_shown(dots, 1)
        assert progress.next_hint(dots) == 2
    progress.note(small.dots, failed(small))

    assert list(progress.file.parent.glob("progress.broken-*")) == []
    assert again(small).next_hint(small.dots) == 2
    assert len(sentences) == 1
