# caught by: test_one_line_in_at_most_one_line_out
# learner reads: "13:00 20.0 C\n" 3 s

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


def warm_hours(lines: Iterable[str]) -> Iterator[str]:
    source, end = iter(lines), object()
    number, line = 1, next(source, end)
    while line is not end:
        following = next(source, end)
        try:
            hour, degrees = parse(line)
        except ValueError:
            yield damaged(number, line)
        else:
            if degrees >= WARM:
                yield show(hour, degrees)
        number, line = number + 1, following
