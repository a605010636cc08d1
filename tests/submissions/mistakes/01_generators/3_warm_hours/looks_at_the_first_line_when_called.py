# caught by: test_one_line_in_at_most_one_line_out
# learner reads: A line was read although nobody had asked for an hour yet.

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
    source = iter(lines)
    first = next(source, None)  # To skip a header, if there were one.

    def one(number: int, line: str) -> Iterator[str]:
        try:
            hour, degrees = parse(line)
        except ValueError:
            yield damaged(number, line)
            return
        if degrees >= WARM:
            yield show(hour, degrees)

    def result() -> Iterator[str]:
        if first is not None:
            yield from one(1, first)
        for number, line in enumerate(source, start=2):
            yield from one(number, line)

    return result()
