# approach: a function per line; `map` and `filter` are lazy

import itertools
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


def one(number: int, line: str) -> str:
    try:
        hour, degrees = parse(line)
    except ValueError:
        return damaged(number, line)
    return show(hour, degrees) if degrees >= WARM else ""


def warm_hours(lines: Iterable[str]) -> Iterator[str]:
    return filter(None, map(one, itertools.count(1), lines))
