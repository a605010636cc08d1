"""Whatever a submission does to Python, the learner gets a verdict and the machine stays as it was."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from course.criteria import GradingBroken, criteria
from course.sandbox import Grader
from course.sandbox.limits import Limits
from course.verdict import Verdict

LIMITS = Limits(seconds=1.0, live_seconds=2.0, memory=64 << 20, file=1 << 20)
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="memory limits that Linux alone keeps")


def judge(small: Any, text: str | bytes) -> list[Verdict]:
    path = small.answer(text)
    with Grader(small.catalog, keep_warm=False, limits=LIMITS) as grader:
        return list(grader.grade([(small.dots, path)]))


def told(verdict: Verdict) -> str:
    """All that the learner reads about a failure, but for `did`."""
    assert verdict.failure is not None, verdict
    failure = verdict.failure
    return " ".join(str(part) for part in (failure.expected, failure.observed, failure.why, failure.where))


def states(verdicts: list[Verdict]) -> list[str]:
    return [verdict.state for verdict in verdicts]


def dots(body: str, before: str = "") -> str:
    return f"{before}\ndef dots(count):\n    {body}\n"


def test_a_right_answer_passes(small: Any) -> None:
    assert states(judge(small, dots("yield from '.' * count"))) == ["passed"] * 3


def test_a_wrong_answer_fails_and_what_needs_it_is_not_checked(small: Any) -> None:
    first, second, third = judge(small, dots("return iter(['.' * count])"))

    assert states([first, second, third]) == ["failed", "not checked", "passed"]
    assert "All dots came glued together." in told(first)
    assert second.needs == ("The dots come one by one.",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("  \n", "empty", id="blank"),
        pytest.param(b"\x89PNG\r\n\x00\x00", "not Python text", id="binary"),
        pytest.param(b"name = '\xff\xfe'\n", "not UTF-8", id="latin"),
        pytest.param("def dots(count:\n", "1_dots.py:1", id="syntax"),
        pytest.param("x = 1\nimport no_such_module\n", "no_such_module", id="import"),
        pytest.param("x = 1\nimport no_such_module\n", "1_dots.py:2", id="line of the import"),
        pytest.param("x = 1\n", "`dots`", id="missing function"),
        pytest.param("def dotts(count):\n    yield '.'\n", "dotts", id="misspelt function"),
        pytest.param("import sys\nsys.exit(3)\n", "sys.exit", id="exit at import"),
        pytest.param(dots("raise SystemExit(4)"), "exit", id="exit in a call"),
        pytest.param(dots("return input()"), "EOFError", id="asks a question"),
        pytest.param(dots("return dots(count)"), "RecursionError", id="recursion"),
        pytest.param(dots("os._exit(5)", "import os"), "_exit", id="_exit in a call"),
        pytest.param("import os\nos._exit(6)\n", "_exit", id="_exit at import"),
        pytest.param(dots("while True: pass"), "1_dots.py:3", id="endless loop"),
    ],
)
def test_a_broken_answer_is_told_in_a_sentence(small: Any, text: str | bytes, expected: str) -> None:
    verdicts = judge(small, text)

    assert len(verdicts) == 3
    assert "passed" not in states(verdicts)
    assert expected in told(verdicts[0])
    assert "Traceback" not in told(verdicts[0])


@posix_only
def test_an_answer_that_kills_its_process_fails_and_the_rest_is_judged(small: Any) -> None:
    body = "os.kill(os.getpid(), 9) if count == 3 else None\n    yield from '.' * count"
    verdicts = judge(small, dots(body, "import os"))

    assert states(verdicts) == ["failed", "not checked", "passed"]
    assert "the system killed Python" in told(verdicts[0])


@posix_only
def test_an_answer_that_kills_each_process_is_not_tried_for_ever(small: Any) -> None:
    text = "import os\nos.abort()\n"
    verdicts = judge(small, text)

    assert states(verdicts) == ["failed", "not checked", "failed"]
    assert "SIGABRT" in told(verdicts[0])
    assert "1_dots.py:2" in told(verdicts[0])


def test_a_call_that_no_guard_can_cut_off_is_ended_with_its_line(small: Any) -> None:
    body = "return iter([sum(itertools.count())]) if count == 3 else iter('.' * count)"
    verdicts = judge(small, dots(body, "import itertools"))

    assert states(verdicts) == ["failed", "not checked", "passed"]
    assert "after 1 s" in told(verdicts[0])
    assert "1_dots.py:3" in told(verdicts[0])


@linux_only
def test_filling_memory_is_an_error_and_not_the_end_of_the_machine(small: Any) -> None:
    first, *_ = judge(small, dots("return [bytearray(1 << 20) for _ in range(1 << 20)]"))

    assert "MemoryError" in told(first)


@posix_only
def test_a_print_in_an_endless_loop_does_not_fill_the_disk(small: Any) -> None:
    first, *_ = judge(small, dots("while True: os.write(1, b'x' * 4096)", "import os"))

    assert first.state == "failed"
    assert len(first.output) < 30_000


def test_what_an_answer_prints_is_shown_with_its_verdict(small: Any) -> None:
    first, *_ = judge(small, dots("print('counting', count)\n    yield from '.' * count"))

    assert first.state == "passed"
    assert "counting 3" in first.output


def test_what_an_answer_writes_to_the_descriptors_is_shown_too(small: Any) -> None:
    first, *_ = judge(small, dots("os.write(1, b'past Python')\n    yield from '.' * count", "import os"))

    assert first.state == "passed"
    assert "past Python" in first.output


def test_threads_left_behind_do_not_hold_the_verdict(small: Any) -> None:
    before = "import threading\nthreading.Thread(target=threading.Event().wait).start()"
    assert states(judge(small, dots("yield from '.' * count", before))) == ["passed"] * 3


@posix_only
def test_an_answer_that_forks_is_judged_once(small: Any) -> None:
    verdicts = judge(
        small, dots("os.fork()\n    yield from '.' * count", "import os, warnings\nwarnings.simplefilter('ignore')")
    )

    assert states(verdicts) == ["passed"] * 3


def test_garbage_on_the_pipes_is_ignored(small: Any) -> None:
    body = "[os.write(fd, b'garbage\\n') for fd in range(3, 30) if writable(fd)]\n    yield from '.' * count"
    before = (
        "import os\ndef writable(fd):\n    try:\n        os.write(fd, b'')\n        return True\n"
        "    except OSError:\n        return False\n"
    )
    assert states(judge(small, dots(body, before))) == ["passed"] * 3


def test_several_submissions_are_judged_in_order(small: Any) -> None:
    entries = small.catalog.entries()
    with Grader(small.catalog, keep_warm=False) as grader:
        found = list(grader.grade_each([(entry, entry.solution) for entry in entries]))

    assert [(place, verdict.exercise) for place, verdict in found] == [(0, "01.1")] * 3 + [(1, "01.2")]
    assert {verdict.state for _, verdict in found} == {"passed"}


def test_one_submission_that_dies_does_not_touch_the_next(small: Any) -> None:
    deadly = small.answer("import os\nos.abort()\n" if os.name == "posix" else "while True: pass\n")
    squares = small.catalog.entry("01.2")
    with Grader(small.catalog, keep_warm=False, limits=LIMITS) as grader:
        verdicts = list(grader.grade([(small.dots, deadly), (squares, squares.solution)]))

    assert verdicts[-1].exercise == "01.2"
    assert verdicts[-1].state == "passed"


def test_a_broken_grader_is_the_courses_fault(small: Any) -> None:
    small.write("tests/exercises/01_dots/test_1_dots.py", "def broken(:\n")
    with Grader(small.catalog, keep_warm=False) as grader, pytest.raises(GradingBroken, match=r"test_1_dots\.py"):
        list(grader.grade([(small.dots, small.dots.path)]))


def test_the_spare_process_is_warm_for_the_next_job(small: Any) -> None:
    with Grader(small.catalog) as grader:
        list(grader.grade([(small.dots, small.dots.solution)]))
        spare = grader._spare
        assert spare is not None
        assert next(spare.records()) == {"type": "ready"}


def test_cancelling_ends_a_job_in_another_thread(small: Any) -> None:
    path = small.answer("import itertools, os\nos.write(1, b'in')\nsum(itertools.count())\n")
    verdicts: list[Verdict] = []
    with Grader(small.catalog, keep_warm=False, limits=Limits(seconds=60)) as grader:
        thread = threading.Thread(target=lambda: verdicts.extend(grader.grade([(small.dots, path)])))
        thread.start()
        wait_until(lambda: grader._working is not None and "in" in grader._working.output())
        grader.cancel()
        thread.join(5)
        assert not thread.is_alive()
    assert verdicts == []


def wait_until(condition: Any, within: float = 20.0) -> None:
    deadline, nap = monotonic() + within, threading.Event()
    while not condition():
        assert monotonic() < deadline, "it did not happen"
        nap.wait(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return sys.platform != "linux"


@posix_only
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_no_child_outlives_its_parent(small: Any, number: signal.Signals, code: int) -> None:
    """Ctrl+C in the middle of a criterion, and the parent killed outright."""
    note = small.root / "pid"
    small.answer(
        f"import os, time\nopen({str(note)!r}, 'w').write(str(os.getpid()) + '.')\nwhile True: time.monotonic()\n"
    )
    command = subprocess.Popen(
        [sys.executable, "-m", "course", "check", "01.1"],
        env=small.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with command:
        wait_until(lambda: note.exists() and note.read_text().endswith("."))
        command.send_signal(number)
        assert command.wait(10) == code
        wait_until(lambda: not alive(int(note.read_text()[:-1])))
        assert command.stderr is not None
        assert b"Traceback" not in command.stderr.read()


def test_the_outline_is_what_the_graders_say(small: Any) -> None:
    """Read from the text, and asked of the module: the same criteria."""
    from course.grader import criteria_of
    from course.loading import load

    for entry in small.catalog.entries():
        assert list(criteria(entry.grader)) == criteria_of(load(entry.grader))


def test_a_value_that_the_grader_did_not_expect_is_told_as_such(small: Any) -> None:
    """The third criterion joins the dots: a number among them is the submission's doing."""
    verdicts = judge(small, dots("return ['.', 1]"))

    assert states(verdicts) == ["failed", "not checked", "failed"]
    assert "the grader stumbled over what it got: " in told(verdicts[2])
    assert "course check 01.1 --against solutions" in told(verdicts[2])
