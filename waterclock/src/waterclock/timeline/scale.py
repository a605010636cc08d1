"""Times as text, and which of them an axis names: shared by the text drawing, the SVG and the words."""

from collections.abc import Iterable
from dataclasses import dataclass

from waterclock.timeline.record import TOLERANCE, Mark, Timeline, same_time


@dataclass(frozen=True)
class Unit:
    """A unit of time; `seconds` is its length."""

    name: str
    seconds: float

    def number(self, time: float) -> str:
        """
        `time` (seconds) in this unit, as the shortest exact decimal: `15`, `0.25`. What a clock measured (more than
        four decimals) is rounded to three.
        """
        value = time / self.seconds
        fine = round(value, 6)
        if fine != round(value, 4):
            fine = round(value, 3)
        return f"{fine:.6f}".rstrip("0").rstrip(".")

    def is_plain(self, time: float) -> bool:
        """Whether people would say `time` (seconds) in this unit: one decimal is enough, and it is not a fraction."""
        value = time / self.seconds
        return time == 0 or (value >= 1 and abs(round(value, 1) * self.seconds - time) <= TOLERANCE)


MICROSECOND, MILLISECOND, SECOND = Unit("µs", 1e-6), Unit("ms", 1e-3), Unit("s", 1.0)
MINUTE, HOUR = Unit("min", 60.0), Unit("h", 3600.0)

# The distances between ticks that people read without thinking, in seconds.
_STEPS = (
    *(digit * 10.0**power for power in range(-6, 0) for digit in (1, 2, 5)),
    *(1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400),
)


def unit_for(times: Iterable[float]) -> Unit:
    """The unit that suits the longest of `times`; minutes and hours only where people would say all of them so."""
    known = list(times)
    longest = max(known, default=0.0)
    if 0 < longest < 1e-3:
        return MICROSECOND
    if 0 < longest < 0.1:
        return MILLISECOND
    for unit, least in ((HOUR, 7200), (MINUTE, 600)):
        if longest >= least and all(unit.is_plain(time) for time in known):
            return unit
    return SECOND


def last_label_width(span: float) -> int:
    """The most characters that the last label of an axis can need, whichever unit its other labels call for."""
    units = {unit_for([span]), *((SECOND, MINUTE) if span >= 600 else ())}
    return max(len(f"{unit.number(span)} {unit.name}") for unit in units)


def instant(span: float) -> float:
    """How close (seconds) two marks must be to count as one instant in a picture that is `span` seconds long."""
    return max(TOLERANCE * 1.001, min(5e-4, span / 2000))


def together(row: Timeline, span: float) -> list[list[Mark]]:
    """The marks of a row in their order; those of one instant in one list."""
    groups: list[list[Mark]] = []
    for mark in sorted(row.marks, key=lambda m: m.at):
        if groups and mark.at - groups[-1][0].at <= instant(span):
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def known_times(rows: Iterable[Timeline]) -> list[float]:
    """Every time that a row says something about, sorted, each once."""
    found: list[float] = []
    for time in sorted(time for row in rows for time in (*(mark.at for mark in row.marks), row.until)):
        if not found or not same_time(found[-1], time):
            found.append(time)
    return found


def ticks(rows: Iterable[Timeline], span: float, columns: int) -> list[tuple[float, str]]:
    """
    The times (seconds) that an axis of `columns` characters names, with their labels, left to right. Labels begin at
    their time and never touch. Few marks: their own times; many: round ones. The last label carries the unit.
    """
    named = known_times(rows)
    if len(named) > 12:
        named = _round_times(span, columns)
    named = [time for time in named if 0 < time < span]
    unit = unit_for([*named, span])
    if span <= 0:
        return [(0.0, f"0 {unit.name}")]

    def start(time: float) -> int:
        return round(time / span * (columns - 1))

    last = f"{unit.number(span)} {unit.name}"
    placed = [(0.0, "0"), (span, last)]
    taken = [(0, 1), (start(span), start(span) + len(last))]
    for time in named:
        label = unit.number(time)
        begin, end = start(time), start(time) + len(label)
        if all(end + 2 <= left or right + 2 <= begin for left, right in taken):
            placed.append((time, label))
            taken.append((begin, end))
    return sorted(placed)


def _round_times(span: float, columns: int) -> list[float]:
    for step in _STEPS:
        count = int(span / step + 1e-9)
        if count * 4 > columns:
            continue
        times = [step * n for n in range(1, count + 1)]
        unit = unit_for([*times, span])
        if span / step * (max(len(unit.number(time)) for time in times) + 3) <= columns:
            return times
    return []
