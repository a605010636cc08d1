"""Judging: a file against its criteria, one verdict each. Nothing a learner's file does ends the judge."""

import gc
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter

from waterclock.errors import one_line
from waterclock.expectations import Unmet
from waterclock.frames import line_of_error, place_of_error
from waterclock.lab import CutOff, LabError
from waterclock.live import NotSeen
from waterclock.live.log import last_error

from course.catalog import Entry
from course.criteria import Criterion
from course.grader.criterion import criteria_of
from course.grader.endless import in_plain_words
from course.grader.exercise import Exercise
from course.grader.guards import only_their_warnings
from course.loading import Unloadable, load
from course.verdict import Failure, Verdict


class BrokenGrader(Exception):
    """The grader itself failed: the course is broken, not the learner's file."""


class Judgement:
    """One file under judgement. Criteria are checked in order, since some need others."""

    def __init__(self, entry: Entry, path: Path, *, passed: Iterable[str] = ()) -> None:
        """`passed`: criteria that are known to have passed. Raises `BrokenGrader` if the grader cannot be loaded."""
        self.entry = entry
        self.path = path
        try:
            self.grader = load(entry.grader)
        except Unloadable as error:
            raise BrokenGrader(f"{entry.grader.name}: {error.text}") from error
        self.criteria: list[Criterion] = criteria_of(self.grader)
        self._passed = set(passed)
        self._unusable = False

    def check(self, criterion: Criterion) -> Verdict:
        """Checks one criterion, if those that it needs have passed. Raises `BrokenGrader` only."""
        missing = [each for each in self.criteria if each.name in criterion.needs and each.name not in self._passed]
        if self._unusable:
            return self._not_checked(criterion, ("the file can be opened",))
        if missing:
            return self._not_checked(criterion, tuple(each.sentence for each in missing))
        began = perf_counter()
        exercise = Exercise(self.entry, self.path, live=criterion.live)
        with only_their_warnings():
            failure = self._run(criterion, exercise)
            note = " ".join(exercise.remarks) or None
            if failure is not None:
                del exercise  # It holds on to whatever was read.
                gc.collect()  # What it left open must not be found, and warned about, in the next one.
        if failure is None:
            self._passed.add(criterion.name)
        return Verdict(
            exercise=self.entry.id,
            criterion=criterion.name,
            sentence=criterion.sentence,
            state="passed" if failure is None else "failed",
            live=criterion.live,
            failure=failure,
            seconds=perf_counter() - began,
            note=note,
        )

    def leave_out(self, criterion: Criterion, note: str) -> Verdict:
        """A criterion that is not to be checked now, for the reason given."""
        return self._not_checked(criterion, (), note)

    def _not_checked(self, criterion: Criterion, needs: tuple[str, ...], note: str | None = None) -> Verdict:
        return Verdict(
            self.entry.id,
            criterion.name,
            criterion.sentence,
            "not checked",
            live=criterion.live,
            needs=needs,
            note=note,
        )

    def _run(self, criterion: Criterion, exercise: Exercise) -> Failure | None:
        try:
            with exercise:
                getattr(self.grader, criterion.name)(exercise)
        except Unloadable as error:
            self._unusable = True
            return self._failure(exercise, "a file that can be opened", error.text, f"{self.path}:{error.line or 1}")
        except Unmet as error:
            return self._unmet(exercise, error)
        except LabError as error:
            return self._failure(exercise, *in_plain_words(error), error.where, error.why)
        except NotSeen as error:
            return self._failure(exercise, "an answer on the socket", str(error))
        except (SystemExit, CutOff) as error:
            said = f"it called sys.exit({error})"
            return self._failure(exercise, "code that leaves the server running", said, _place(error))
        except BaseException as error:
            return self._raised(exercise, error)
        return None

    def _raised(self, exercise: Exercise, error: BaseException) -> Failure:
        # Through the learner's file, even if it began deeper: what a grader's stand-in raises is theirs to handle.
        line = line_of_error(error, self.path)
        if line is None:
            raise BrokenGrader(f"{self.entry.grader.name}: {one_line(error)} ({_place(error)})") from error
        return self._failure(exercise, "no error", one_line(error), f"{self.path}:{line}")

    def _unmet(self, exercise: Exercise, error: Unmet) -> Failure:
        logged, line = self._logged(exercise)
        return Failure(
            did=error.did or str(exercise.story),
            expected=error.expected,
            observed=error.observed + logged,
            why=error.why,
            where=self._relative(error.where or line or exercise.story.seen),
            read=self.entry.read,
            expected_line=error.expected_line,
            observed_line=error.observed_line,
            difference=error.difference,
        )

    def _failure(
        self, exercise: Exercise, expected: str, observed: str, where: str | None = None, why: str | None = None
    ) -> Failure:
        logged, line = self._logged(exercise)
        return Failure(
            did=str(exercise.story),
            expected=expected,
            observed=observed + logged,
            why=why,
            where=self._relative(where or line or exercise.story.seen),
            read=self.entry.read,
        )

    def _logged(self, exercise: Exercise) -> tuple[str, str | None]:
        """What a real server logged, for the end of a sentence, and the line of the file that raised it."""
        found = last_error(exercise.logged, self.path)
        if found is None:
            return "", None
        said, line = found
        return f" · the server logged {said}", f"{self.path}:{line}" if line else None

    def _relative(self, where: str | None) -> str | None:
        """Paths as the learner knows them: from the top of the course."""
        if where is None:
            return None
        file, _, line = where.rpartition(":")
        root = self.entry.root
        path = Path(file)
        return f"{path.relative_to(root) if path.is_relative_to(root) else path.name}:{line}".replace("\\", "/")


def _place(error: BaseException) -> str | None:
    return getattr(error, "where", None) or place_of_error(error)


def judge(entry: Entry, path: Path, *, live: bool = True, only: set[str] | None = None) -> Iterator[Verdict]:
    """
    The verdicts on one file, in the order of the grader. Learner faults become verdicts; `BrokenGrader` is ours.

    `live` False leaves out the criteria that need a real server; `only` names the criteria to check.
    """
    judgement = Judgement(entry, path)
    for criterion in judgement.criteria:
        if criterion.live and not live:
            yield judgement.leave_out(criterion, "criteria on a real server were left out")
        elif only is not None and criterion.name not in only:
            yield judgement.leave_out(criterion, "not asked for")
        else:
            yield judgement.check(criterion)
