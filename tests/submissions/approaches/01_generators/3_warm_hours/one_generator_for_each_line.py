# approach: a small generator for each line, chained

from collections.abc import Iterable, Iterator
from itertools import chain, starmap

WARM = 20.0


def parse(line: str) -> tuple[str, float]:
    """The hour and the degrees in one line; raises ValueError for a line that has not got them."""
    hour, degrees = line.strip().split(",")
    return hour, float(degrees)


def show(hour: str, degrees: float) -> str:
    return f"{hour} {degrees:.1f} C\n"


def damaged(number: int, line: str) -> str:
    return f"line {number} is damaged: {line.strip()}\n"


def of_one(number: int, line: str) -> Iterator[str]:
    try:
        hour, degrees = parse(line)
    except ValueError:
        yield damaged(number, line)
        return
    if degrees >= WARM:
        yield show(hour, degrees)


def warm_hours(lines: Iterable[str]) -> Iterator[str]:
    return chain.from_iterable(starmap(of_one, enumerate(lines, start=1)))
