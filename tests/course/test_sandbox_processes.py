"""Each submission has a process of its own: what it does there touches no other, and nothing of it stays behind."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from course.catalog import Catalog
from course.criteria import GradingBroken, criteria
from course.progress import Progress
from course.reports import judged
from course.sandbox import Grader
from course.sandbox.limits import Limits
from course.verdict import Verdict

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and forks of POSIX")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone finds every orphan")
RIGHT = "def dots(count):\n    yield from '.' * count\n"

WAYS = {
    "asyncio.sleep": "import asyncio\nasync def _s(*a, **k): return None\nasyncio.sleep = _s",
    "time.sleep": "import time\ntime.sleep = lambda s: None",
    "time.monotonic": "import time as _t\n_t.monotonic = lambda: 0.0",
    "the working directory": "import os\nos.chdir('/')",
    "no garbage collection": "import gc\ngc.disable()\ngc.collect = None",
    "json": "import json\njson.dumps = None",
    "logging": "import logging\nlogging.disable(logging.CRITICAL)",
    "another event loop": "import uvloop\nuvloop.install()",
    "another response": (
        "import starlette.responses as r, fastapi.responses as f\n"
        "class X(r.StreamingResponse):\n    media_type = 'text/x'\n"
        "r.StreamingResponse = f.StreamingResponse = X"
    ),
    "one worker thread": (
        "import anyio.to_thread as _t, anyio\n_t.current_default_thread_limiter = lambda: anyio.CapacityLimiter(1)"
    ),
    "no fastapi": "import sys\n[sys.modules.pop(k) for k in list(sys.modules) if k.startswith('fastapi')]",
    "a tracer": "import sys, threading\nthreading.settrace(lambda *a: None)\nsys.setrecursionlimit(120)",
    "no event loops": (
        "import asyncio\nclass P(asyncio.DefaultEventLoopPolicy):\n"
        "    def new_event_loop(self): raise RuntimeError('no loops')\nasyncio.set_event_loop_policy(P())"
    ),
    "warnings": "import warnings\nwarnings.simplefilter('error')",
    "print": "import builtins\nbuiltins.print = None",
    "an alarm": "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.5)",
    "a thread that never ends": (
        "import threading\ndef _f():\n    while True: pass\nthreading.Thread(target=_f, daemon=True).start()"
    ),
    "random numbers": "import random\nrandom.seed = random.random = None",
    "the environment": "import os\nos.environ.clear()",
    "no modules": "import sys\nsys.modules.clear()",
    "its own end": "import os\nos._exit(1)",
}


@posix_only
@pytest.mark.slow
def test_the_order_of_submissions_does_not_matter(tmp_path: Path) -> None:
    """Right answers stay right among all those that change Python."""
    catalog = Catalog()
    changed, right = catalog.entry("01.1"), catalog.entry("03.1")
    head, quotes, body = changed.solution.read_text(encoding="utf-8").partition('"""\n\n')
    plan = []
    for number, way in enumerate(WAYS.values()):
        path = tmp_path / f"{number}.py"
        path.write_text(f"{head}{quotes}{way}\n{body}", encoding="utf-8")
        plan += [(changed, path), (right, right.solution)]
    random.Random(4).shuffle(plan)
    with Grader(catalog) as grader:
        verdicts = list(grader.grade_each(plan, live=False))

    of_right = [verdict for place, verdict in verdicts if plan[place][0] is right]
    assert {verdict.state for verdict in of_right if not verdict.live} == {"passed"}
    assert len(verdicts) == sum(len(criteria(entry.grader)) for entry, _ in plan)


def test_a_process_judges_one_submission(small: Any) -> None:
    path = small.answer(f"import os\nprint(os.getpid())\n{RIGHT}")
    with Grader(small.catalog, jobs=1) as grader:
        verdicts = list(grader.grade_each([(small.dots, path), (small.dots, path)]))

    pids = {(place, verdict.output) for place, verdict in verdicts}
    assert len(pids) == len({pid for _, pid in pids}) == 2


@pytest.mark.parametrize("fork", [pytest.param(True, marks=posix_only, id="fork"), pytest.param(False, id="no fork")])
@pytest.mark.parametrize(
    ("text", "states"),
    [
        pytest.param(RIGHT, ["passed"] * 3, id="right"),
        pytest.param("import os\nos._exit(3)\n", ["failed", "not checked", "failed"], id="ends"),
        pytest.param(
            "import itertools\ndef dots(count):\n    return sum(itertools.count()) if count == 3 else '.' * count\n",
            ["failed", "not checked", "passed"],
            id="never comes back",
        ),
    ],
)
def test_with_a_fork_and_without_the_verdicts_are_the_same(
    small: Any, fork: bool, text: str, states: list[str]
) -> None:
    squares = small.catalog.entry("01.2")
    plan = [(small.dots, small.answer(text)), (squares, squares.solution)]
    with Grader(small.catalog, fork=fork, limits=Limits(seconds=1)) as grader:
        verdicts = list(grader.grade(plan))

    assert [verdict.state for verdict in verdicts] == [*states, "passed"]


# Several at once.


def test_several_submissions_are_judged_in_order(small: Any) -> None:
    entries = small.catalog.entries()
    with Grader(small.catalog) as grader:
        found = list(grader.grade_each([(entry, entry.solution) for entry in entries]))

    assert [(place, verdict.exercise) for place, verdict in found] == [(0, "01.1")] * 3 + [(1, "01.2")]
    assert {verdict.state for _, verdict in found} == {"passed"}


def test_several_submissions_are_judged_side_by_side(small: Any) -> None:
    """The first one ends when the second one has begun."""
    note = small.root / "begun"
    wait = f"import os\nwhile not os.path.exists({str(note)!r}): pass\n"
    first = small.write("first.py", wait + RIGHT)
    second = small.write("second.py", f"open({str(note)!r}, 'w').close()\n{RIGHT}")
    with Grader(small.catalog, jobs=2) as grader:
        found = list(grader.grade_each([(small.dots, first), (small.dots, second)]))

    assert [(place, verdict.state) for place, verdict in found] == [(0, "passed")] * 3 + [(1, "passed")] * 3


def test_one_submission_that_dies_does_not_touch_the_next(small: Any) -> None:
    deadly = small.answer("import os\nos._exit(1)\n")
    squares = small.catalog.entry("01.2")
    with Grader(small.catalog) as grader:
        verdicts = list(grader.grade([(small.dots, deadly), (squares, squares.solution)]))

    assert (verdicts[-1].exercise, verdicts[-1].state) == ("01.2", "passed")


@pytest.mark.parametrize("grader_text", ["def broken(:\n", "import no_such_module\nfrom course.grader import *\n"])
def test_a_broken_grader_is_the_courses_fault_and_stops_no_other(small: Any, grader_text: str) -> None:
    tail = '\n@criterion\ndef test_x(ex):\n    """X."""\n' if "import" in grader_text else ""
    small.write("tests/exercises/01_dots/test_1_dots.py", grader_text + tail)
    squares = small.catalog.entry("01.2")
    verdicts: list[Verdict] = []
    with Grader(small.catalog) as grader, pytest.raises(GradingBroken, match=r"^01\.1, [\s\S]*test_1_dots\.py"):
        verdicts.extend(grader.grade([(small.dots, small.dots.solution), (squares, squares.solution)]))

    assert [(verdict.exercise, verdict.state) for verdict in verdicts] == [("01.1", "not checked"), ("01.2", "passed")]
    assert "the course itself failed" in str(verdicts[0].note)


@pytest.mark.parametrize("fork", [pytest.param(True, marks=posix_only, id="fork"), pytest.param(False, id="no fork")])
def test_processes_that_do_not_start_are_the_courses_fault(
    small: Any, fork: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.write("broken/uvicorn.py", "raise ImportError('half installed')\n")
    monkeypatch.setenv("PYTHONPATH", str(small.root / "broken"))
    verdicts: list[Verdict] = []
    with Grader(small.catalog, fork=fork) as grader:
        with pytest.raises(GradingBroken, match="ImportError: half installed"):
            verdicts.extend(grader.grade([(entry, entry.solution) for entry in small.catalog.entries() * 5]))
        assert "half installed" in str(grader.trouble())

    assert [verdict.state for verdict in verdicts] == ["not checked"] * 20


# What was judged.


def test_the_text_that_was_handed_in_is_judged_and_recorded(small: Any) -> None:
    """The file is overwritten while it is judged: what it holds now has no verdict."""
    text = f"with open({str(small.dots.path)!r}, 'w') as file:\n    file.write('broken')\n{RIGHT}"
    path = small.answer(text)
    progress = Progress(small.catalog)
    with Grader(small.catalog) as grader:
        (report,) = judged(grader, [(small.dots, path)])
    progress.note(small.dots, report)

    assert report.state == "passed"
    assert report.digest == hashlib.sha256(text.encode()).hexdigest()
    assert progress.standing(small.dots) == "not yet"
    small.answer(text)
    assert progress.standing(small.dots) == "passed"


def test_the_text_is_read_when_the_verdict_is_asked_for(small: Any) -> None:
    path = small.answer(RIGHT)
    with Grader(small.catalog) as grader:
        asked = grader.grade([(small.dots, path)])
        small.answer("broken")
        assert {verdict.state for verdict in asked} == {"passed"}


# Nothing holds a verdict, and nothing stays behind.

HIDING = {
    "a child in a session of its own": "subprocess.Popen([sys.executable, '-c', SLEEPER], start_new_session=True)",
    "two forks": "os.fork() or (os.setsid(), os.fork() or (note(), time.sleep(1000)), os._exit(0))",
    "a fork that goes on": "os.fork() or (note(), time.sleep(1000))",
}


@linux_only
@pytest.mark.parametrize("hides", HIDING.values(), ids=HIDING)
def test_a_grandchild_holds_no_verdict_and_is_ended(small: Any, hides: str) -> None:
    pid = small.root / "pid"
    note = (
        f"import os, time\ndef note():\n    with open({str(pid)!r}, 'w') as f:\n        f.write(f'{{os.getpid()}}.')\n"
    )
    before = (
        f"import subprocess, sys, warnings\n{note}SLEEPER = {note + 'note()'!r} + '\\ntime.sleep(1000)'\n"
        f"warnings.simplefilter('ignore')\nif not os.path.exists({str(pid)!r}):\n    {hides}\n"
        f"while not os.path.exists({str(pid)!r}) or not open({str(pid)!r}).read().endswith('.'): pass\n"
    )
    with Grader(small.catalog, jobs=1) as grader:
        plan = [(small.dots, small.answer(before + RIGHT)), (small.dots, small.dots.solution)]
        verdicts = list(grader.grade(plan))
        assert not alive(int(pid.read_text()[:-1]))

    assert [verdict.state for verdict in verdicts] == ["passed"] * 6


@linux_only
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_an_answer_that_ends_its_parent_is_told_so_and_leaves_nothing(
    small: Any, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = temporary(small, monkeypatch)
    path = small.answer(f"import os, time\nos.kill(os.getppid(), {int(number)})\ntime.sleep(1000)\n")
    with Grader(small.catalog) as grader:
        first, *_ = grader.grade([(small.dots, path)])

    assert first.failure is not None
    assert "was gone, and the one that watches over it too" in first.failure.observed
    assert list(folder.iterdir()) == []


@posix_only
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        *((number, -number) for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM)),
        (signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_nothing_outlives_the_command(
    small: Any, number: signal.Signals, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is ended in the middle of a call that never ends."""
    folder = temporary(small, monkeypatch)
    note = small.root / "pid"
    small.answer(
        f"import itertools, os, tempfile\ntempfile.mkdtemp()\nopen({str(note)!r}, 'w').write(str(os.getpid()) + '.')\n"
        "sum(itertools.count())\n"
    )
    with command(small) as started:
        wait_until(lambda: note.exists() and note.read_text().endswith("."))
        started.send_signal(number)
        assert started.wait(20) == code
        wait_until(lambda: not alive(int(note.read_text()[:-1])))
        wait_until(lambda: not list(folder.iterdir()))
        assert started.stderr is not None
        assert b"Traceback" not in started.stderr.read()


@posix_only
def test_a_parent_that_stood_still_gives_the_verdict_all_the_same(small: Any) -> None:
    """All was said, and the judging process had ended, before anybody read it."""
    note, go = small.root / "pid", small.root / "go"
    small.answer(
        f"import os\nif not os.path.exists({str(note)!r}):\n"
        f"    with open({str(note)!r}, 'w') as file:\n        file.write(str(os.getpid()) + '.')\n"
        f"while not os.path.exists({str(go)!r}): pass\n{RIGHT}"
    )
    with command(small) as started:
        wait_until(lambda: note.exists() and note.read_text().endswith("."))
        pid = int(note.read_text().removesuffix("."))
        started.send_signal(signal.SIGSTOP)
        go.touch()
        wait_until(lambda: not alive(pid))
        started.send_signal(signal.SIGCONT)
        assert started.wait(30) == 0


# Cancelling.


def test_cancelling_ends_a_job_in_another_thread(small: Any) -> None:
    note = small.root / "in"
    path = small.answer(f"import itertools\nopen({str(note)!r}, 'w').close()\nsum(itertools.count())\n")
    verdicts: list[Verdict] = []
    with Grader(small.catalog, limits=Limits(seconds=60)) as grader:
        thread = threading.Thread(target=lambda: verdicts.extend(grader.grade([(small.dots, path)])))
        thread.start()
        wait_until(note.exists)
        grader.cancel()
        thread.join(20)
        assert not thread.is_alive()
    assert verdicts == []


def test_cancelling_what_has_not_begun_is_not_forgotten(small: Any) -> None:
    with Grader(small.catalog) as grader:
        asked = grader.grade([(small.dots, small.dots.solution)])
        grader.cancel()
        again = grader.grade([(small.dots, small.dots.solution)])

        assert list(asked) == []
        assert len(list(again)) == 3


@posix_only
def test_overtaken_checks_leave_nothing_behind(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = temporary(small, monkeypatch)
    with Grader(small.catalog) as grader:
        for number in range(20):
            asked = grader.grade([(small.dots, small.dots.solution)])
            for _ in range(number % 4):
                next(asked)
            grader.cancel()
            list(asked)
        assert len(list(folder.glob("*/*"))) == 0

    assert list(folder.iterdir()) == []


def temporary(small: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for all temporary files of the processes that are started from now on."""
    folder: Path = small.root / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@contextmanager
def command(small: Any) -> "Iterator[subprocess.Popen[bytes]]":
    """`course check 01.1`, as a shell starts it."""
    with subprocess.Popen(
        [sys.executable, "-m", "course", "check", "01.1"],
        cwd=small.root,
        env=small.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def wait_until(condition: Callable[[], object], within: float = 60.0) -> None:
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
