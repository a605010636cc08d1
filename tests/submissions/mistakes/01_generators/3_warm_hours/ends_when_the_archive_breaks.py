# caught by: test_a_broken_archive_is_not_a_damaged_line
# learner reads: your stream ended as if it were complete
# seen in the wild: `except Exception: break` around whatever may fail

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
    source, number = iter(lines), 0
    while True:
        number += 1
        try:
            line = next(source)
        except Exception:
            break
        try:
            hour, degrees = parse(line)
        except ValueError:
            yield damaged(number, line)
            continue
        if degrees >= WARM:
            yield show(hour, degrees)
