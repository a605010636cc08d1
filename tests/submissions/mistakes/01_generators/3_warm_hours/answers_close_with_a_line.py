# caught by: test_the_reader_is_not_a_damaged_line
# learner reads: At `close()` your generator gave one more line instead of ending.
# seen in the wild: a bare `except:` around a yield

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
        try:
            hour, degrees = parse(line)
            if degrees >= WARM:
                yield show(hour, degrees)
        except (ValueError, GeneratorExit):
            yield damaged(number, line)
