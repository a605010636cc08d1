"""A timeline as a sentence."""

from itertools import pairwise

from waterclock.timeline.record import TOLERANCE, Mark, Timeline
from waterclock.timeline.scale import Unit, instant, unit_for
from waterclock.timeline.symbols import ENDS, kind, plural, shorten

SEPARATOR = " · "
MOST = 8  # Parts of a sentence; what is longer is shortened in the middle.
RUN = 5  # Arrivals at even distances that are worth calling a run.


def words(timeline: Timeline, *, say_open: bool = True) -> str:
    """
    What arrived and when, for a sentence: `ping 15 s · alert 20 s · end of stream 20 s`. Several at one instant are
    said together (`"3\\n", "2\\n", "1\\n" all at 4 s`), long runs shortened (`60 chunks, 0 s to 59 s, 1 s apart`).
    `say_open=False` leaves out `still open at 40 s`, for expectations that do not care.
    """
    marks = sorted(timeline.marks, key=lambda mark: mark.at)
    unit = unit_for([mark.at for mark in marks] + [timeline.until])

    def time(seconds: float) -> str:
        return f"{unit.number(seconds)} {unit.name}"

    parts = _parts(marks, unit, instant(timeline.last))
    if len(parts) > MOST:
        hidden = sum(number for number, _ in parts[4:-2])
        parts[4:-2] = [(hidden, f"{hidden} more")]
    said = [text for _, text in parts] or ["nothing"]
    if timeline.state != "open":
        said.append(f"{ENDS[timeline.state][1]} {time(timeline.until)}")
    elif not marks and timeline.until > 0:
        said = [f"nothing until {time(timeline.until)}"]
    elif marks and say_open:
        said.append(f"still open at {time(timeline.until)}")
    return SEPARATOR.join(said)


def _parts(marks: list[Mark], unit: Unit, close: float) -> list[tuple[int, str]]:
    """(number of marks, text) for each run and each instant."""
    parts: list[tuple[int, str]] = []
    start = 0
    while start < len(marks):
        run = _run(marks[start:]) if len(marks) > RUN else 0
        taken = run or _at_once(marks[start:], close)
        group = marks[start : start + taken]
        parts.append((taken, _said_run(group, unit) if run else _said_at_once(group, unit)))
        start += taken
    return parts


def _run(marks: list[Mark]) -> int:
    """How many marks from the first on are of one kind and evenly spaced (within a fifth); 0 when too few."""
    if len(marks) < RUN:
        return 0
    gap = marks[1].at - marks[0].at
    if gap <= TOLERANCE:
        return 0
    end = 1
    while end < len(marks):
        step = marks[end].at - marks[end - 1].at
        if abs(step - gap) > max(TOLERANCE * 2, gap / 5) or kind(marks[end].label) != kind(marks[0].label):
            break
        end += 1
    return end if end >= RUN else 0


def _at_once(marks: list[Mark], close: float) -> int:
    return next((n for n, mark in enumerate(marks) if mark.at - marks[0].at > close), len(marks))


def _said_run(marks: list[Mark], unit: Unit) -> str:
    first, last = marks[0].at, marks[-1].at
    gap = (last - first) / (len(marks) - 1)
    even = all(abs(b.at - a.at - gap) <= TOLERANCE * 2 for a, b in pairwise(marks))
    apart = unit_for([gap])
    distance = f"{apart.number(gap if even else float(f'{gap:.2g}'))} {apart.name}"
    return (
        f"{len(marks)} {plural(kind(marks[0].label))}, {unit.number(first)} {unit.name} to "
        f"{unit.number(last)} {unit.name}, {'' if even else 'about '}{distance} apart"
    )


def _said_at_once(marks: list[Mark], unit: Unit) -> str:
    at = f"{unit.number(marks[0].at)} {unit.name}"
    labels = [shorten(mark.label) for mark in marks]
    if len(marks) == 1:
        return f"{labels[0]} {at}"
    kinds = {kind(mark.label) for mark in marks}
    if len(set(labels)) == 1:
        return f"{len(marks)} × {labels[0]} at {at}"
    if len(marks) > RUN:
        return f"{len(marks)} {plural(kinds.pop()) if len(kinds) == 1 else 'arrivals'} at once at {at}"
    return f"{', '.join(labels)} {'both' if len(marks) == 2 else 'all'} at {at}"
