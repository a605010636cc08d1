# caught by: test_only_warm_hours
# learner reads: '17:00 20.0 C\n'] []

from collections.abc import Iterable, Iterator
from itertools import takewhile

WARM = 20.0


def parse(line: str) -> tuple[str, float]:
    """The hour and the degrees in one line; raises ValueError for a line that has not got them."""
    hour, degrees = line.strip().split(",")
    return hour, float(degrees)


def show(hour: str, degrees: float) -> str:
    return f"{hour} {degrees:.1f} C\n"


def damaged(number: int, line: str) -> str:
    return f"line {number} is damaged: {line.strip()}\n"


def warm_hours(lines: Iterable[str]) -> Iterator[str]:
    def written(number: int, line: str) -> str:
        try:
            hour, degrees = parse(line)
        except ValueError:
            return damaged(number, line)
        return show(hour, degrees) if degrees >= WARM else ""

    return takewhile(bool, (written(number, line) for number, line in enumerate(lines, start=1)))
