"""The score table: every exercise, where it stands, and how many of its criteria have passed."""

import textwrap
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from course.render.paint import Paint, plain
from course.render.wording import SYMBOLS, cells, escaped
from course.verdict import Report

WIDE = 64  # From here on there is room for the level.


def table(
    reports: Iterable[Report],
    *,
    width: int = 80,
    color: bool | None = None,
    ascii: bool = False,
) -> str:
    """
    One line per exercise under a line per lesson, and a sum. `width` in columns, 40 or more; the level is left out
    below 64. `ascii` as in `terminal.report`. Ends with a newline.
    """
    known = list(reports)
    paint = Paint(color)
    width = max(40, width)
    count = max((len(_count(report)) for report in known), default=0)
    level = max((len(report.level) for report in known), default=0) if width >= WIDE else 0
    state = max((len(report.state) for report in known), default=0) + 2
    fixed = 2 + 3 + state + 3 + count + (3 + level if level else 0)
    longest = max((cells(_name(report)) for report in known), default=0)
    name = min(longest, width - fixed)

    lines: list[str] = []
    for number, lesson in groupby(known, key=lambda report: report.exercise.partition(".")[0]):
        group = list(lesson)
        lines += [""] if lines else []
        lines.append(paint("strong", _cut(escaped(group[0].lesson or f"lesson {number}"), width)))
        for report in group:
            shown = _cut(_name(report), name)
            word = f"{SYMBOLS[report.state]} {report.state}"
            line = (
                f"  {shown}{'':{name - cells(shown)}}   {paint(report.state, word)}{'':{state - len(word)}}"
                f"   {_count(report):>{count}}"
            )
            lines.append(f"{line}   {report.level}".rstrip() if level else line.rstrip())
    lines += [""] if lines else []
    lines += textwrap.wrap(_sum(known), width)
    text = "\n".join(lines) + "\n"
    return plain(text) if ascii else text


def _name(report: Report) -> str:
    return f"{report.exercise} {escaped(report.title)}"


def _count(report: Report) -> str:
    return f"{report.passed} of {report.total}" if report.total else ""


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def _sum(reports: list[Report]) -> str:
    states = Counter(report.state for report in reports)
    words = [f"{states['passed']} of {len(reports)} exercise{'' if len(reports) == 1 else 's'} passed"]
    words += [f"{states[state]} {state}" for state in ("not yet", "not started") if states[state]]
    return " · ".join(words)
