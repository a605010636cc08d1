# caught by: test_one_line_in_at_most_one_line_out
# learner reads: something of yours, such as a list, wants all of them first.
# seen in the wild: a pipeline in which one step is a list comprehension

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
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append((parse(line), ""))
        except ValueError:
            rows.append((None, damaged(number, line)))
    for row, report in rows:
        if row is None:
            yield report
        elif row[1] >= WARM:
            yield show(*row)
