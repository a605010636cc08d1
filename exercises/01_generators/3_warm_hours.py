"""
01.3 · Warm hours (core, 15 min)

The archive has one line per hour, such as `14:00,21.5`. Give back the hours of at least 20 degrees,
each as `show` writes it, while the lines come in. Some lines are damaged: `parse` raises ValueError
for those, also for an empty one. Where one stood, the reader gets what `damaged` writes for it
(lines count from 1). No other error is a damaged line: it goes through.

    14:00,21.5          14:00 21.5 C
    15:00,19.0
    16:00,2#.#          line 3 is damaged: 16:00,2#.#

Read: lesson 01, "One generator reads another".      Check: course check 01.3
"""

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
    # TODO: one line in, at most one line out; a damaged line is reported in its place.
    rows = [parse(line) for line in lines]
    for hour, degrees in rows:
        if degrees >= WARM:
            yield show(hour, degrees)
