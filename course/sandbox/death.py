"""What a learner is told when their code took the judging process, or the grader, down with it."""

import ast
import re
import signal
from dataclasses import dataclass
from pathlib import Path

from course.catalog import Catalog, Entry
from course.criteria import Criterion, criteria
from course.verdict import Failure, Verdict

FRAME = re.compile(r'^\s*File "(?P<file>.+)", line (?P<line>\d+)')
CUT_OFF = re.compile(r"^Timeout \((?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d+)")

DEEP = 90  # frames; faulthandler lists 100 at most


@dataclass(frozen=True)
class Death:
    """How a judging process ended before its time."""

    returncode: int
    stack: str = ""  # what faulthandler wrote
    output: str = ""
    hung: bool = False  # the parent gave up waiting

    @property
    def signature(self) -> tuple[int, bool]:
        """Two deaths alike are taken for one cause."""
        return self.returncode, self.hung


def verdict_of(catalog: Catalog, entry: Entry, path: Path, criterion: Criterion, death: Death) -> Verdict:
    """The failed verdict for the criterion during which it happened."""
    observed, why, line = _story(path, death)
    failure = Failure(
        did="ran your code in a Python process of its own",
        expected="it does its work and hands control back",
        observed=observed,
        why=why,
        where=f"{catalog.shown(path)}:{line}" if line else catalog.shown(path),
        read=entry.read,
    )
    return _failed(entry, criterion, failure, death.output)


def stumbled(catalog: Catalog, entry: Entry, path: Path, name: str, error: Exception) -> Verdict:
    """The failed verdict when the grader itself raised: nearly always because of what the submission gave it."""
    criterion = next(criterion for criterion in criteria(entry.grader) if criterion.name == name)
    failure = Failure(
        did="ran this criterion",
        expected="values that it can work with",
        observed=f"the grader stumbled over what it got: {' '.join(str(error).split())}",
        why=f"If the solution stumbles too, the course is at fault: course check {entry.id} --against solutions",
        where=catalog.shown(path),
        read=entry.read,
    )
    return _failed(entry, criterion, failure)


def _failed(entry: Entry, criterion: Criterion, failure: Failure, output: str = "") -> Verdict:
    return Verdict(
        exercise=entry.id,
        criterion=criterion.name,
        sentence=criterion.sentence,
        state="failed",
        live=criterion.live,
        failure=failure,
        output=output,
    )


def _story(path: Path, death: Death) -> tuple[str, str, int | None]:
    """What was seen, why that happens, and the line of the submission it happened in."""
    line = _innermost_line(path, death.stack)
    if cut := CUT_OFF.search(death.stack):
        seconds = int(cut["minutes"]) * 60 + int(cut["seconds"])
        observed = f"after {seconds} s it had not come back" + (f" from line {line}" if line else "")
        return observed, "One call keeps Python busy and never ends: nothing else in the process gets a turn.", line
    if death.hung:
        return "it stood still and was ended", "The whole process stopped answering.", line
    if death.returncode < 0 and (name := _signal_name(-death.returncode)):
        if name == "SIGKILL":
            return "the system killed Python", "That is what a machine does when it runs out of memory.", line
        if death.stack.count("\n  File ") > DEEP:
            return "Python crashed: its stack overflowed", "A function keeps calling itself.", line
        return f"Python crashed ({name})", "Compiled code below your own gave up: a crash, not an error.", line
    line = line or _line_that_exits(path)
    return (
        f"Python itself ended, with exit code {death.returncode}",
        "os._exit ends the whole process: no answer is sent, no clean-up runs.",
        line,
    )


def _innermost_line(path: Path, stack: str) -> int | None:
    """The first frame of the submission in a faulthandler dump, which lists the most recent call first."""
    frames = [FRAME.match(line) for line in stack.splitlines()]
    return next((int(frame["line"]) for frame in frames if frame and frame["file"] == str(path)), None)


def _line_that_exits(path: Path) -> int | None:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return next((call.lineno for call in calls if ast.unparse(call.func).endswith(("_exit", "abort"))), None)


def _signal_name(number: int) -> str | None:
    try:
        return signal.Signals(number).name
    except ValueError:
        return None
