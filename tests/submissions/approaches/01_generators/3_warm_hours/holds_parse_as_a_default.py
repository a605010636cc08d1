# approach: a default argument holds a `parse` that gives None for damage

from collections.abc import Callable, Iterable, Iterator

WARM = 20.0


def parse(line: str) -> tuple[str, float]:
    """The hour and the degrees in one line; raises ValueError for a line that has not got them."""
    hour, degrees = line.strip().split(",")
    return hour, float(degrees)


def show(hour: str, degrees: float) -> str:
    return f"{hour} {degrees:.1f} C\n"


def damaged(number: int, line: str) -> str:
    return f"line {number} is damaged: {line.strip()}\n"


def or_none(line: str) -> tuple[str, float] | None:
    try:
        return parse(line)
    except ValueError:
        return None


def warm_hours(lines: Iterable[str], read: Callable[[str], tuple[str, float] | None] = or_none) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        match read(line):
            case None:
                yield damaged(number, line)
            case (hour, degrees) if degrees >= WARM:
                yield show(hour, degrees)
