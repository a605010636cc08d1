"""An expectation that was not met: data, to be drawn by whoever shows it."""

from course.timeline import Timeline


class Unmet(AssertionError):
    """
    Raised by `expect`. The parts are those of `course.verdict.Failure`; what is None is filled in by the judge.
    """

    def __init__(
        self,
        *,
        expected: str,
        observed: str,
        why: str | None = None,
        did: str | None = None,
        where: str | None = None,
        expected_line: Timeline | None = None,
        observed_line: Timeline | None = None,
        difference: tuple[str, str, int] | None = None,
    ) -> None:
        super().__init__(f"expected {expected}; observed {observed}" + (f". {why}" if why else ""))
        self.expected = expected
        self.observed = observed
        self.why = why
        self.did = did
        self.where = where
        self.expected_line = expected_line
        self.observed_line = observed_line
        self.difference = difference


def first_difference(a: str, b: str) -> int:
    """The index of the first character in which two texts differ."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def seconds(value: float) -> str:
    """A time as it is written in a verdict: `15 s`, `0.25 s`."""
    return f"{round(value, 6):.6f}".rstrip("0").rstrip(".") + " s"
