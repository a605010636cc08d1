"""
What the graders found out: one record per criterion, the same for terminal, JSON and HTML.

The JSON names are stable. `v` is the version of the record.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

from waterclock.timeline import Timeline

State = Literal["passed", "failed", "not checked", "not started"]
Standing = Literal["passed", "not yet", "not started"]


@dataclass(frozen=True)
class Failure:
    """
    The five parts of a failure: what we did, what we expected, what we observed (drawn when it has times), why that
    happens, and where to read. It never holds the answer.
    """

    did: str
    expected: str
    observed: str
    why: str | None = None
    """The misconception, in one sentence, when the evidence matches a known one."""
    where: str | None = None
    """`path:line`, relative to the course."""
    read: str | None = None
    """Lesson and section: `03 "Headers first"`."""
    expected_line: Timeline | None = None
    observed_line: Timeline | None = None
    difference: tuple[str, str, int] | None = None
    """Expected text, text received, and the index of the first character that differs."""

    def to_json(self) -> dict[str, Any]:
        record = asdict(self)
        record["expected_line"] = self.expected_line and self.expected_line.to_json()
        record["observed_line"] = self.observed_line and self.observed_line.to_json()
        if self.difference is not None:
            record["difference"] = dict(zip(("expected", "observed", "index"), self.difference, strict=True))
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Failure":
        expected, observed = (
            Timeline.from_json(line) if (line := record.get(name)) is not None else None
            for name in ("expected_line", "observed_line")
        )
        found = record.get("difference")
        return cls(
            did=record["did"],
            expected=record["expected"],
            observed=record["observed"],
            why=record.get("why"),
            where=record.get("where"),
            read=record.get("read"),
            expected_line=expected,
            observed_line=observed,
            difference=(found["expected"], found["observed"], found["index"]) if found is not None else None,
        )


@dataclass(frozen=True)
class Verdict:
    """What one criterion of one exercise came to."""

    exercise: str
    """`03.1`"""
    criterion: str
    """The grader function's name."""
    sentence: str
    """What the criterion demands, as the learner reads it."""
    state: State
    live: bool = False
    """Judged over a real socket."""
    needs: tuple[str, ...] = ()
    """The sentences that had to pass first and did not."""
    failure: Failure | None = None
    seconds: float = 0.0
    """How long judging took, on the wall clock."""
    output: str = ""
    """What the learner's code printed."""
    note: str | None = None
    digest: str = ""
    """SHA-256 of the file that it is a verdict on, in hexadecimal; empty when no file was read."""

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "exercise": self.exercise,
            "criterion": self.criterion,
            "sentence": self.sentence,
            "state": self.state,
            "live": self.live,
            "needs": list(self.needs),
            "failure": self.failure and self.failure.to_json(),
            "seconds": self.seconds,
            "output": self.output,
            "note": self.note,
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Verdict":
        """ValueError when the record is of a version this course does not know."""
        if record.get("v") != 1:
            raise ValueError(f"A verdict of version {record.get('v')!r} came; this course reads version 1.")
        failure = record.get("failure")
        return cls(
            exercise=record["exercise"],
            criterion=record["criterion"],
            sentence=record["sentence"],
            state=record["state"],
            live=record.get("live", False),
            needs=tuple(record.get("needs", ())),
            failure=Failure.from_json(failure) if failure is not None else None,
            seconds=record.get("seconds", 0.0),
            output=record.get("output", ""),
            note=record.get("note"),
            digest=record.get("digest", ""),
        )


@dataclass(frozen=True)
class Report:
    """All verdicts on one exercise."""

    exercise: str
    title: str
    """The exercise's name as the header shows it: `heartbeat`."""
    verdicts: tuple[Verdict, ...]
    lesson: str = ""
    """Lesson and title for the score table: `07 Keep-alive`. Empty: the number alone."""
    level: str = ""
    """`warm-up`, `core` or `stretch`."""

    @property
    def counts(self) -> Counter[str]:
        """How many verdicts are in each state."""
        return Counter(verdict.state for verdict in self.verdicts)

    @property
    def passed(self) -> int:
        return self.counts["passed"]

    @property
    def total(self) -> int:
        return len(self.verdicts)

    @property
    def digest(self) -> str:
        """SHA-256 of the file that was judged; empty when none was."""
        return next((verdict.digest for verdict in self.verdicts if verdict.digest), "")

    @property
    def state(self) -> Standing:
        """
        `passed` when every criterion has passed, `not started` as soon as one says so (the file is still the stub),
        else `not yet`. An exercise that nothing has judged is `not started`.
        """
        if not self.verdicts or self.counts["not started"]:
            return "not started"
        return "passed" if self.passed == self.total else "not yet"

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "exercise": self.exercise,
            "title": self.title,
            "lesson": self.lesson,
            "level": self.level,
            "state": self.state,
            "passed": self.passed,
            "total": self.total,
            "verdicts": [verdict.to_json() for verdict in self.verdicts],
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Report":
        return cls(
            record["exercise"],
            record["title"],
            tuple(Verdict.from_json(verdict) for verdict in record["verdicts"]),
            record.get("lesson", ""),
            record.get("level", ""),
        )
