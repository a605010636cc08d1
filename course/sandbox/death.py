"""What a learner is told when their code took the judging process, or the grader, down with it."""

import re
import signal
from dataclasses import dataclass
from pathlib import Path

from course.catalog import Catalog, Entry
from course.criteria import Criterion
from course.sandbox.limits import COMPUTED
from course.verdict import Failure, Verdict

FRAME = re.compile(r'^\s*File "(?P<file>.+)", line (?P<line>\d+)')
CUT_OFF = re.compile(r"^Timeout \((?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d+)")

DEEP = 90  # frames; faulthandler lists 100 at most

# Exit codes of the judging process: it could not go on, or could not say so any more.
STUMBLED, CLOSED = 70, 71
NOTED_EXIT = b"os._exit\n"  # in the stack, above the lines that called it

NO_END = "A call in this line had not ended by then, and nothing from outside could end it."
CRASHES = {"SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV"}


@dataclass(frozen=True)
class Death:
    """How a judging process ended before its time."""

    returncode: int | None  # None: nobody saw it end
    stack: str = ""  # what faulthandler wrote
    output: str = ""
    hung: bool = False  # the parent gave up waiting

    @property
    def signature(self) -> tuple[int | None, bool]:
        """Two deaths alike are taken for one cause."""
        return self.returncode, self.hung


def verdict_of(catalog: Catalog, entry: Entry, path: Path, criterion: Criterion, death: Death) -> Verdict:
    """The failed verdict for the criterion during which it happened."""
    if death.returncode == STUMBLED:
        last = (death.output.strip().splitlines() or ["it could not even say why"])[-1]
        return stumbled(catalog, entry, path, criterion, last[:300])
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


def stumbled(catalog: Catalog, entry: Entry, path: Path, criterion: Criterion, text: str) -> Verdict:
    """The failed verdict when the grader itself raised: nearly always because of what the submission gave it."""
    failure = Failure(
        did="ran this criterion",
        expected="values that it can work with",
        observed=f"the grader stumbled over what it got: {' '.join(text.split())}",
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


def _story(path: Path, death: Death) -> tuple[str, str | None, int | None]:
    """What was seen, why that happens if that was seen too, and the line of the submission it happened in."""
    line = _innermost_line(path, death.stack)
    why: str | None
    if cut := CUT_OFF.search(death.stack):
        seconds = int(cut["minutes"]) * 60 + int(cut["seconds"])
        if line is None:
            return f"after {seconds} s it had not come back", None, None
        return f"after {seconds} s it had not come back from line {line}", NO_END, line
    if death.hung:
        return "it stood still and was ended", None, line
    if death.returncode is None:
        return "the process it ran in was gone, and the one that watches over it too", None, line
    if COMPUTED is not None and death.returncode == -COMPUTED:
        computed = "it computed on and on and had not come back"
        return (f"{computed} from line {line}", NO_END, line) if line else (computed, None, None)
    if death.returncode < 0:
        return *_signalled(_signal_name(-death.returncode), death.stack), line
    if death.returncode == CLOSED:
        closed = "Descriptors that your code did not open are not for it to close: a verdict goes through one of them."
        return "the connection to the judge was closed", closed, line
    ends = "os._exit ends the whole process: no answer is sent, no clean-up runs."
    why = ends if death.stack.startswith(NOTED_EXIT.decode()) else None
    return f"Python itself ended, with exit code {death.returncode}", why, line


def _signalled(name: str, stack: str) -> tuple[str, str | None]:
    if name not in CRASHES:
        sent = "A machine that runs out of memory sends it, and so does os.kill." if name == "SIGKILL" else None
        return f"the system ended Python, by the signal {name}", sent
    if stack.count("\n  File ") > DEEP:
        return "Python crashed: its stack overflowed", "A function keeps calling itself."
    return f"Python crashed ({name})", "A crash is no error that Python could raise: nothing after it runs."


def _innermost_line(path: Path, stack: str) -> int | None:
    """The first frame of the submission in a faulthandler dump, which lists the most recent call first."""
    frames = [FRAME.match(line) for line in stack.splitlines()]
    return next((int(frame["line"]) for frame in frames if frame and frame["file"] == str(path)), None)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
