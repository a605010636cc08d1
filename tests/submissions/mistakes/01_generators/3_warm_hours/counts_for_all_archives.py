# caught by: test_two_archives_do_not_mix
# learner reads: the first, in which every line is damaged

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


number = 0


def warm_hours(lines: Iterable[str]) -> Iterator[str]:
    global number
    number = 0
    for line in lines:
        number += 1
        try:
            hour, degrees = parse(line)
        except ValueError:
            yield damaged(number, line)
            continue
        if degrees >= WARM:
            yield show(hour, degrees)
