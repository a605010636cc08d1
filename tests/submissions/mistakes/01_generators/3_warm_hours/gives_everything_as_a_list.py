# caught by: test_one_line_in_at_most_one_line_out
# learner reads: something of yours, such as a list, wants all of them first.

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
    result = []
    for number, line in enumerate(lines, start=1):
        try:
            hour, degrees = parse(line)
        except ValueError:
            result.append(damaged(number, line))
            continue
        if degrees >= WARM:
            result.append(show(hour, degrees))
    return iter(result)
