"""Judging a file: every fault of the learner's is a verdict, and only a fault of the grader's is ours."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course.catalog import Entry
from course.grader import BrokenGrader, Judgement, judge
from course.verdict import Verdict

HEAD = "from course.grader import Exercise, chunk, criterion, expect, item\n\n"
STREAM = """
import asyncio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()

async def numbers():
    for number in range(3):
        yield f"{number}\\n"
        await asyncio.sleep(1)

@app.get("/count")
async def count():
    return StreamingResponse(numbers())
"""
CHECK_F = '@criterion\ndef test_f(ex: Exercise) -> None:\n    """It is three."""\n    expect(ex.f(), "f()").equals(3)\n'

Judged = Callable[..., list[Verdict]]


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    def judged(learner: str | bytes | None, grader: str = CHECK_F, **options: Any) -> list[Verdict]:
        return list(judge(entry(tmp_path, learner, grader), tmp_path / "exercises/01_dots/1_dots.py", **options))

    return judged


def entry(root: Path, learner: str | bytes | None, grader: str) -> Entry:
    for folder in ("exercises/01_dots", "tests"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    path, test = root / "exercises/01_dots/1_dots.py", root / "tests/test_1_dots.py"
    if learner is not None:
        path.write_bytes(learner if isinstance(learner, bytes) else learner.encode())
    test.write_text(HEAD + grader, encoding="utf-8")
    return make_entry(root, path, test)


def make_entry(root: Path, path: Path, grader: Path) -> Entry:
    values: dict[str, Any] = {"id": "01.1", "path": path, "grader": grader, "read": '01 "Dots"', "lesson": "01_dots"}
    values["root"] = root
    made = object.__new__(Entry)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


def only(verdicts: list[Verdict]) -> Verdict:
    (verdict,) = verdicts
    return verdict


def observed(verdict: Verdict) -> str:
    assert verdict.state == "failed"
    assert verdict.failure is not None
    return verdict.failure.observed


# Verdicts.


def test_a_right_file_passes(judged: Judged) -> None:
    verdict = only(judged("def f():\n    print('hi')\n    return 3\n"))
    assert (verdict.state, verdict.sentence) == ("passed", "It is three.")


def test_a_wrong_one_is_told_with_its_line_and_where_to_read(judged: Judged) -> None:
    verdict = only(judged("\ndef f():\n    return 4\n"))
    assert observed(verdict) == "4"
    assert verdict.failure is not None
    assert (verdict.failure.where, verdict.failure.read) == ("exercises/01_dots/1_dots.py:2", '01 "Dots"')


def test_an_app_is_judged_in_virtual_time(judged: Judged) -> None:
    grader = '''
@criterion
def test_times(ex: Exercise) -> None:
    """One a second."""
    client = ex.get("/count")
    ex.advance(to=1.5)
    client.leave()
    expect(client).received(chunk("0\\n", at=0), chunk("1\\n", at=1))
    expect(ex).left_nothing_behind().did_not_block()

@criterion
def test_wrong(ex: Exercise) -> None:
    """Told."""
    client = ex.get("/count")
    ex.advance(to=1.5)
    expect(client).received_nothing()
'''
    right, wrong = judged(STREAM, grader)
    assert right.state == "passed"
    assert wrong.failure is not None
    assert wrong.failure.did == "GET /count, then waited until 1.5 s"
    assert wrong.failure.observed_line is not None


def test_needs_are_checked_first(judged: Judged) -> None:
    grader = CHECK_F + (
        '@criterion(needs=test_f)\ndef test_g(ex: Exercise) -> None:\n    """It is more."""\n    ex.g()\n'
    )
    first, second = judged("def f():\n    return 4\n", grader)
    assert (first.state, second.state, second.needs) == ("failed", "not checked", ("It is three.",))


def test_live_criteria_can_be_left_out(judged: Judged) -> None:
    grader = '@criterion(live=True)\ndef test_l(ex: Exercise) -> None:\n    """Live."""\n    ex.live\n'
    assert only(judged(STREAM, grader, live=False)).state == "not checked"


def test_criteria_can_be_chosen(judged: Judged) -> None:
    verdict = only(judged("def f():\n    return 3\n", only=set()))
    assert (verdict.state, verdict.note) == ("not checked", "not asked for")


def test_each_criterion_gets_a_fresh_module(judged: Judged) -> None:
    again = CHECK_F.replace("test_f", "test_again")
    learner = "calls = []\ndef f():\n    calls.append(1)\n    return 2 + len(calls)\n"
    assert [verdict.state for verdict in judged(learner, CHECK_F + again)] == ["passed", "passed"]


# Faults of the learner's.


@pytest.mark.parametrize(
    ("learner", "said"),
    [
        (None, "There is no file"),
        ("", "empty"),
        ("def f(:\n", "Python cannot read line 1"),
        (b"\x00\x01", "zero bytes"),
        ("import nothing_like_this\n", "Importing it fails"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("import sys\nsys.exit(3)\n", "sys.exit"),
    ],
)
def test_a_file_that_cannot_be_opened_is_said_so_once(judged: Judged, learner: Any, said: str) -> None:
    first, second = judged(learner, CHECK_F + CHECK_F.replace("test_f", "test_again"))
    assert said in observed(first)
    assert (second.state, second.needs) == ("not checked", ("the file can be opened",))


def test_a_missing_name_is_named_and_the_nearest_too(judged: Judged) -> None:
    assert observed(only(judged("ff = 1\n"))) == "there is no `f`; there is `ff`"


def test_another_signature_is_shown(judged: Judged) -> None:
    assert observed(only(judged("def f(a):\n    return 3\n"))).startswith("f(a): missing a required argument")


def test_another_kind_of_value_is_no_bug_of_the_grader_s(judged: Judged) -> None:
    grader = CHECK_F.replace(".equals(3)", ".contains('a')")
    assert observed(only(judged("def f():\n    pass\n", grader))) == "None"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise LookupError('no')", "LookupError: no"),
        ("return f()", "RecursionError"),
        ("import sys; sys.exit(3)", "sys.exit(3)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("assert False, 'mine'", "mine"),
    ],
)
def test_whatever_the_code_raises_is_a_verdict_with_its_line(judged: Judged, body: str, said: str) -> None:
    verdict = only(judged(f"def f():\n    {body}\n"))
    assert said in observed(verdict)
    assert verdict.failure is not None
    assert verdict.failure.where == "exercises/01_dots/1_dots.py:2"


@pytest.mark.parametrize("inside", ["pass", "g()", "time.sleep(1)"])
def test_an_endless_loop_is_a_verdict_with_the_line_of_the_loop(judged: Judged, inside: str) -> None:
    learner = f"import time\ndef g():\n    return sum(i for i in (1, 2))\ndef f():\n    while True:\n        {inside}\n"
    verdict = only(judged(learner))
    assert "what line 5 does never ends, or takes very long" in observed(verdict)
    assert verdict.failure is not None
    assert verdict.failure.where == "exercises/01_dots/1_dots.py:5"
    assert verdict.failure.did == "called f()"


@pytest.mark.parametrize(
    ("learner", "said"),
    [
        ("def f():\n    pass\n", "None"),
        ("def f():\n    return 3\n", "3, of type int"),
        ("async def f():\n    pass\n", "coroutine"),
    ],
)
def test_what_cannot_be_gone_through_is_said_at_once(judged: Judged, learner: str, said: str) -> None:
    verdict = only(judged(learner, CHECK_F.replace('expect(ex.f(), "f()").equals(3)', "ex.drain(ex.f())")))
    assert said in observed(verdict)
    assert verdict.failure is not None
    assert verdict.failure.expected == "something to iterate over, such as a list or a generator"


def test_a_real_server_s_log_is_part_of_the_verdict(judged: Judged) -> None:
    grader = """
@criterion(live=True)
def test_l(ex: Exercise) -> None:
    \"\"\"Live.\"\"\"
    expect(ex.live.get("/count").wait(end=True)).ended()
"""
    verdict = only(judged(STREAM.replace("await asyncio.sleep(1)", "numbr"), grader))
    assert observed(verdict).endswith("the server logged NameError: name 'numbr' is not defined")
    assert verdict.failure is not None
    assert verdict.failure.where == "exercises/01_dots/1_dots.py:11"


def test_what_a_stand_in_raises_is_the_learner_s_to_handle(judged: Judged) -> None:
    grader = '''
def broken():
    raise LookupError("no such station")

@criterion
def test_goes_on(ex: Exercise) -> None:
    """It goes on when a station fails."""
    ex.replace(measure=broken)
    expect(ex.f(), "f()").equals(None)
'''
    verdict = only(judged("def measure(): ...\ndef f():\n    return measure()\n", grader))
    assert observed(verdict) == "LookupError: no such station"
    assert verdict.failure is not None
    assert verdict.failure.where == "exercises/01_dots/1_dots.py:3"


def test_a_thread_that_is_left_behind_ends_with_its_criterion(judged: Judged) -> None:
    learner = """
import threading, time
def forever():
    while True:
        time.sleep(1)
def f():
    threading.Thread(target=forever, name="left behind").start()
    return 3
"""
    assert only(judged(learner)).state == "passed"
    for thread in threading.enumerate():
        if thread.name == "left behind":
            thread.join(5)
            assert not thread.is_alive()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # The learner's file stays open.
def test_what_one_criterion_left_open_is_not_found_in_the_next(judged: Judged) -> None:
    learner = """
class Lines:
    def __init__(self, path):
        self.file = open(path)

    def __iter__(self):
        return self

    def __next__(self):
        return self.file.readline()

def lines(path):
    return Lines(path)

def right():
    yield 1
"""
    grader = """
import gc

@criterion
def test_leaves(ex: Exercise) -> None:
    path = ex.folder / "fog.txt"
    path.write_text("fog")
    client = ex.drain(ex.lines(path), window=0)
    client.read()
    client.leave()
    expect(len(ex.open_files(path)), "open files").equals(0)

@criterion
def test_reads(ex: Exercise) -> None:
    ex.drain(ex.right())
    gc.collect()
    expect(ex).left_nothing_behind()
"""
    assert [verdict.state for verdict in judged(learner, grader)] == ["failed", "passed"]


# Faults of the grader's.


def test_a_bug_in_the_grader_is_not_the_learner_s(judged: Judged) -> None:
    with pytest.raises(BrokenGrader, match="ZeroDivisionError"):
        judged("def f():\n    return 3\n", '@criterion\ndef test_x(ex: Exercise) -> None:\n    """X."""\n    1 / 0\n')


def test_a_grader_that_cannot_be_opened_is_broken(tmp_path: Path) -> None:
    made = entry(tmp_path, "", "def (\n")
    with pytest.raises(BrokenGrader, match=r"test_1_dots\.py: Python cannot read line"):
        Judgement(made, made.path)


# Instruments.


def test_replaced_names_are_seen_by_the_code(judged: Judged) -> None:
    grader = CHECK_F.replace("    expect(ex", "    ex.replace(two=1)\n    expect(ex")
    assert only(judged("two = 2\ndef f():\n    return two + 2\n", grader)).state == "passed"


def test_a_seam_that_is_gone_is_named(judged: Judged) -> None:
    grader = CHECK_F.replace("    expect(ex", "    ex.replace(two=1)\n    expect(ex")
    assert "there is no `two`" in observed(only(judged("def f():\n    return 3\n", grader)))


def test_open_files_and_memory_are_measured(judged: Judged) -> None:
    grader = '''
@criterion
def test_files(ex: Exercise) -> None:
    """Files."""
    path = ex.folder / "log.txt"
    path.write_bytes(b"abc")
    held = ex.f(path)
    expect(held.read(1), "read").equals(b"a")
    expect([each.name for each in ex.open_files(path)], "open").equals(["log.txt"])
    held.close()
    expect(ex.open_files(ex.folder), "open").equals([])
    with ex.memory() as used:
        bytearray(1_000_000)
    expect.that(900_000 < used.peak < 1_500_000, expected="a megabyte", observed=str(used.peak))
'''
    verdict = only(judged("def f(path):\n    return open(path, 'rb', buffering=0)\n", grader))
    assert verdict.state == "passed", verdict.failure


def test_a_source_tells_what_it_did(judged: Judged) -> None:
    grader = '''
@criterion
def test_relay(ex: Exercise) -> None:
    """Relays."""
    feed = ex.feed()
    client = ex.drain(ex.relay(feed))
    feed.release(1, at=2)
    ex.advance(to=3)
    expect(client).received(item(1, at=2))
    client.leave()
    expect(feed).closed(at=3)
    expect(client).received_nothing()
'''
    learner = "async def relay(source):\n    async for each in source:\n        yield each\n"
    verdict = only(judged(learner, grader))
    assert verdict.failure is not None
    assert verdict.failure.did == (
        "read from relay(), then an item at 2 s, then waited until 3 s, then the client left at 3 s"
    )
