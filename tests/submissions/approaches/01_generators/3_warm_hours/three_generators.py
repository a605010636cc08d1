# approach: three small generators, one per step

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


def parsed(lines: Iterable[str]) -> Iterator[tuple[str, float] | str]:
    for number, line in enumerate(lines, start=1):
        try:
            row = parse(line)
        except ValueError:
            yield damaged(number, line)
        else:
            yield row


def filtered(rows: Iterable[tuple[str, float] | str]) -> Iterator[tuple[str, float] | str]:
    return (row for row in rows if isinstance(row, str) or row[1] >= WARM)


def formatted(rows: Iterable[tuple[str, float] | str]) -> Iterator[str]:
    for row in rows:
        yield row if isinstance(row, str) else show(*row)


def warm_hours(lines: Iterable[str]) -> Iterator[str]:
    return formatted(filtered(parsed(lines)))
