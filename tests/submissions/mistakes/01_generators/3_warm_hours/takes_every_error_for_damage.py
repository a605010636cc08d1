# caught by: test_a_broken_archive_is_not_a_damaged_line
# learner reads: with a `parse` that raises OSError

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
    for number, line in enumerate(lines, start=1):
        try:  # Around one line, not around the loop: an error that leaves a generator ends it.
            hour, degrees = parse(line)
        except Exception:
            yield damaged(number, line)
            continue
        if degrees >= WARM:
            yield show(hour, degrees)
