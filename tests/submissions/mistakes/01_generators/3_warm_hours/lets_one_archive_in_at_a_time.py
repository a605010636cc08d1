# caught by: test_two_archives_do_not_mix
# learner reads: the second, in which the third is

import threading
from collections.abc import Iterable, Iterator

WARM = 20.0


def parse(line: str) -> tuple[str, float]:
    """The hour and the degrees in one line; raises ValueError for a line that has not got them."""
    hour, degrees = line.strip().split(",")
    return hour, float(degrees)


def show(hour: str, degrees: float) -> str:
    return f"{hour} {degrees:.1f} C\n"


def damaged(number: int, line: str) -> str:
    return f"line {number} is damaged: {line.strip()}\n"


one_at_a_time = threading.Lock()


def warm_hours(lines: Iterable[str]) -> Iterator[str]:
    with one_at_a_time:
        for number, line in enumerate(lines, start=1):
            try:
                hour, degrees = parse(line)
            except ValueError:
                yield damaged(number, line)
                continue
            if degrees >= WARM:
                yield show(hour, degrees)
