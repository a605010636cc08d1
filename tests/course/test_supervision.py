"""A thread that fails says so, and begins again."""

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from course import supervision
from course.supervision import Stopped, Supervised

PATIENCE = 30.0


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> "queue.SimpleQueue[str | None]":
    monkeypatch.setattr(supervision, "FIRST", 0.001)
    return queue.SimpleQueue()


@pytest.fixture
def start(told: "queue.SimpleQueue[str | None]") -> Iterator[Callable[[Callable[[Callable[[], None]], None]], None]]:
    stop = threading.Event()
    threads = []

    def start(work: Callable[[Callable[[], None]], None]) -> None:
        threads.append(Supervised("judging", work, told.put, stop))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)


def test_an_error_is_logged_told_and_survived_and_its_end_is_told_too(
    told: "queue.SimpleQueue[str | None]", start: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    errors = iter([OSError(24, "Too many open files"), ValueError(), SystemExit(3)])
    done = threading.Event()

    def work(well: Callable[[], None]) -> None:
        for error in errors:
            raise error
        well()
        well()
        done.wait()

    start(work)
    said = [told.get(timeout=PATIENCE) for _ in range(4)]
    done.set()

    assert said == [
        "judging stopped: OSError: [Errno 24] Too many open files, starting again",
        "judging stopped: ValueError, starting again",
        "judging stopped: SystemExit: 3, starting again",
        None,
    ]
    assert sum("Traceback" in (record.exc_text or "") for record in caplog.records) >= 3


def test_the_pause_grows_while_it_fails_and_not_for_ever(
    told: "queue.SimpleQueue[str | None]", start: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "LONGEST", 0.004)
    thread = Supervised("judging", lambda well: None, told.put, threading.Event())
    pauses = []
    monkeypatch.setattr(thread._stop, "wait", lambda seconds: pauses.append(seconds) or len(pauses) > 4)
    monkeypatch.setattr(thread._stop, "is_set", lambda: len(pauses) > 4)
    thread._run()

    assert pauses == [0.001, 0.002, 0.004, 0.004, 0.004]


def test_a_reason_that_is_understood_is_told_without_a_traceback(
    told: "queue.SimpleQueue[str | None]", start: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    def work(well: Callable[[], None]) -> None:
        raise Stopped("it ended with exit code 3")

    start(work)

    assert told.get(timeout=PATIENCE) == "judging stopped: it ended with exit code 3, starting again"
    assert not caplog.records[0].exc_info
