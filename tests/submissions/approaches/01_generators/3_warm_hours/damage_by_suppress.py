# approach: `contextlib.suppress`: the report stays, where nothing better is found

from collections.abc import Iterable, Iterator
from contextlib import suppress

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
    for number, line in enumerate(lines, start=1):
        text = damaged(number, line)
        with suppress(ValueError):
            hour, degrees = parse(line)
            text = show(hour, degrees) if degrees >= WARM else ""
        if text:
            yield text
