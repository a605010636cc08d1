# approach: the iterator protocol by hand

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


class WarmHours(Iterator[str]):
    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = enumerate(lines, start=1)

    def __next__(self) -> str:
        for number, line in self.lines:
            try:
                hour, degrees = parse(line)
            except ValueError:
                return damaged(number, line)
            if degrees >= WARM:
                return show(hour, degrees)
        raise StopIteration


def warm_hours(lines: Iterable[str]) -> Iterator[str]:
    return WarmHours(lines)
