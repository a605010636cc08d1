"""Whatever a submission does to Python, the learner gets a verdict and the machine stays as it was."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course.criteria import criteria
from course.sandbox import Grader
from course.sandbox.limits import Limits
from course.verdict import Verdict

LIMITS = Limits(seconds=1.0, live_seconds=2.0, memory=64 << 20, file=1 << 20)
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="memory limits that Linux alone keeps")


Judge = Callable[[str | bytes], list[Verdict]]


@pytest.fixture(scope="module")
def judge(shared: Any) -> Iterator[Judge]:
    """The verdicts on a text, as an answer to 01.1."""
    with Grader(shared.catalog, limits=LIMITS) as grader:
        yield lambda text: list(grader.grade([(shared.dots, shared.answer(text))]))


def told(verdict: Verdict) -> str:
    """All that the learner reads about a failure, but for `did`."""
    assert verdict.failure is not None, verdict
    failure = verdict.failure
    return " ".join(str(part) for part in (failure.expected, failure.observed, failure.why, failure.where))


def states(verdicts: list[Verdict]) -> list[str]:
    return [verdict.state for verdict in verdicts]


def dots(body: str, before: str = "") -> str:
    return f"{before}\ndef dots(count):\n    {body}\n"


def test_a_right_answer_passes(judge: Judge) -> None:
    assert states(judge(dots("yield from '.' * count"))) == ["passed"] * 3


def test_a_wrong_answer_fails_and_what_needs_it_is_not_checked(judge: Judge) -> None:
    first, second, third = judge(dots("return iter(['.' * count])"))

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
        pytest.param(dots("os._exit(5)", "import os"), "os._exit ends the whole process", id="_exit in a call"),
        pytest.param("import os\nos._exit(6)\n", "1_dots.py:2", id="line of an _exit at import"),
        pytest.param("import builtins\nbuiltins.len = None\n", "the grader stumbled", id="no len"),
        pytest.param("raise KeyboardInterrupt\n", "KeyboardInterrupt", id="KeyboardInterrupt at import"),
        pytest.param(dots("raise KeyboardInterrupt\n    yield"), "1_dots.py:3", id="KeyboardInterrupt in a generator"),
        pytest.param("raise ValueError('\\udc80')\n", "ValueError: \\udc80", id="a lone surrogate"),
        pytest.param(dots("while True: pass"), "1_dots.py:3", id="endless loop"),
    ],
)
def test_a_broken_answer_is_told_in_a_sentence(judge: Judge, text: str | bytes, expected: str) -> None:
    verdicts = judge(text)

    assert len(verdicts) == 3
    assert "passed" not in states(verdicts)
    assert expected in told(verdicts[0])
    assert "Traceback" not in told(verdicts[0])


@posix_only
def test_an_answer_that_kills_its_process_fails_and_the_rest_is_judged(judge: Judge) -> None:
    body = "os.kill(os.getpid(), 9) if count == 3 else None\n    yield from '.' * count"
    verdicts = judge(dots(body, "import os"))

    assert states(verdicts) == ["failed", "not checked", "passed"]
    assert "the system ended Python, by the signal SIGKILL" in told(verdicts[0])


@posix_only
def test_an_answer_that_kills_each_process_is_not_tried_for_ever(judge: Judge) -> None:
    text = "import os\nos.abort()\n"
    verdicts = judge(text)

    assert states(verdicts) == ["failed", "not checked", "failed"]
    assert "SIGABRT" in told(verdicts[0])
    assert "1_dots.py:2" in told(verdicts[0])


def test_a_call_that_no_guard_can_cut_off_is_ended_with_its_line(judge: Judge) -> None:
    body = "return iter([sum(itertools.count())]) if count == 3 else iter('.' * count)"
    verdicts = judge(dots(body, "import itertools"))

    assert states(verdicts) == ["failed", "not checked", "passed"]
    assert "had not come back from line 3" in told(verdicts[0])
    assert "1_dots.py:3" in told(verdicts[0])


@linux_only
def test_filling_memory_is_an_error_and_not_the_end_of_the_machine(judge: Judge) -> None:
    first, *_ = judge(dots("return [bytearray(1 << 20) for _ in range(1 << 20)]"))

    assert "MemoryError" in told(first)


@posix_only
def test_a_print_in_an_endless_loop_does_not_fill_the_disk(judge: Judge) -> None:
    first, *_ = judge(dots("while True: os.write(1, b'x' * 4096)", "import os"))

    assert first.state == "failed"
    assert len(first.output) < 30_000


def test_what_an_answer_prints_is_shown_with_its_verdict(judge: Judge) -> None:
    first, *_ = judge(dots("print('counting', count)\n    yield from '.' * count"))

    assert first.state == "passed"
    assert "counting 3" in first.output


def test_what_an_answer_writes_to_the_descriptors_is_shown_too(judge: Judge) -> None:
    first, *_ = judge(dots("os.write(1, b'past Python')\n    yield from '.' * count", "import os"))

    assert first.state == "passed"
    assert "past Python" in first.output


def test_threads_left_behind_do_not_hold_the_verdict(judge: Judge) -> None:
    before = "import threading\nthreading.Thread(target=threading.Event().wait).start()"
    assert states(judge(dots("yield from '.' * count", before))) == ["passed"] * 3


@posix_only
def test_an_answer_that_forks_is_judged_once(judge: Judge) -> None:
    before = "import os, warnings\nwarnings.simplefilter('ignore')"
    verdicts = judge(dots("os.fork()\n    yield from '.' * count", before))

    assert states(verdicts) == ["passed"] * 3


def test_garbage_on_the_pipes_is_ignored(judge: Judge) -> None:
    body = "[os.write(fd, b'garbage\\n') for fd in range(3, 30) if writable(fd)]\n    yield from '.' * count"
    before = (
        "import os\ndef writable(fd):\n    try:\n        os.write(fd, b'')\n        return True\n"
        "    except OSError:\n        return False\n"
    )
    assert states(judge(dots(body, before))) == ["passed"] * 3


@posix_only
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("import os\nos.kill(os.getpid(), 15)\n", "by the signal SIGTERM", id="a signal"),
        pytest.param("import ctypes\nctypes.CDLL(None).exit(4)\n", "with exit code 4", id="an exit nobody saw"),
        pytest.param("import os\nos.closerange(3, 256)\n", "the connection to the judge was closed", id="closed line"),
    ],
)
def test_how_python_ended_is_told_and_no_cause_that_was_not_seen(judge: Judge, text: str, expected: str) -> None:
    first, *_ = judge(text)

    assert expected in told(first)
    assert "os._exit" not in told(first)


STREAMS = [
    pytest.param("sys.stdout.close()", "", id="closed"),
    pytest.param("with sys.stdout: print('within')", "within\n", id="with"),
    pytest.param("os.close(1)", "", id="descriptor closed"),
    pytest.param("os.dup2(2, 1)\nprint('to the other')", "to the other\n", id="descriptor replaced"),
    pytest.param("sys.stdout.reconfigure(newline='\\r\\n')\nprint('a')", "a\r\n", id="reconfigured"),
    pytest.param("sys.stdout.buffer.write(b'bytes')", "bytes", id="buffer"),
    pytest.param("sys.stdout.detach().write(b'bytes')", "bytes", id="detached"),
    pytest.param("os.write(sys.stdout.fileno(), b'bytes')", "bytes", id="fileno"),
    pytest.param("sys.stdout = None\nprint('nobody')", "", id="none"),
    pytest.param("print('\\ud800', file=sys.stderr)", "\\ud800\n", id="a lone surrogate"),
    pytest.param("json.dumps = json.loads = None", "", id="no json"),
]


@posix_only
@pytest.mark.parametrize(("does", "printed"), STREAMS)
def test_streams_are_those_of_any_program_and_new_for_each_criterion(judge: Judge, does: str, printed: str) -> None:
    before = f"import json, os, sys\nprint('new', flush=True)\n{does}"
    verdicts = judge(dots("yield from '.' * count", before))

    assert states(verdicts) == ["passed"] * 3
    assert [verdict.output for verdict in verdicts] == [f"new\n{printed}"] * 3


def test_the_outline_is_what_the_graders_say(small: Any) -> None:
    """Read from the text, and asked of the module: the same criteria."""
    from course.grader import criteria_of
    from course.loading import load

    for entry in small.catalog.entries():
        assert list(criteria(entry.grader)) == criteria_of(load(entry.grader))


def test_a_value_that_the_grader_did_not_expect_is_told_as_such(judge: Judge) -> None:
    """The third criterion joins the dots: a number among them is the submission's doing."""
    verdicts = judge(dots("return ['.', 1]"))

    assert states(verdicts) == ["failed", "not checked", "failed"]
    assert "the grader stumbled over what it got: " in told(verdicts[2])
    assert "course check 01.1 --against solutions" in told(verdicts[2])
