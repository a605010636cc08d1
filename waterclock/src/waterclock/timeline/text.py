"""A timeline as text: one row per stream, one scale for all."""

import textwrap
from collections import defaultdict
from collections.abc import Sequence

from waterclock.timeline.record import Timeline
from waterclock.timeline.scale import last_label_width, ticks, together
from waterclock.timeline.symbols import ENDS, assign, kinds, plural

DENSE = "="
MANY = "+"
LEAST_PLOT = 40  # A legend goes beside the rows only if they keep this many columns.


def draw(rows: dict[str, Timeline], *, width: int = 60, compare: bool = True) -> str:
    """
    Draw timelines, named by the keys of `rows`, in at most `width` columns (40 or more).

        expected   |··············:····#··············:····>
        observed   |··············:|
                   0              15   20             35   40 s
                   : ping   # alert   > still open   | end of stream

    All rows share one scale; with `compare=False` each has its own. A number counts arrivals at one instant, `=`
    stands for several that are too close to be told apart. Pure text, no colour; every symbol is in the legend.
    """
    if not rows:
        return ""
    if not compare:
        return "\n\n".join(draw({name: row}, width=width) for name, row in rows.items())

    names = _names(rows, width)
    margin = max(len(name) for name in names) + 3
    drawn, beside = _plotted(rows, width - margin)
    lines = [f"{name:<{margin}}{line}" for name, line in zip(names, drawn.rows, strict=True)]
    if beside:
        lines[-1] = f"{lines[-1]:<{margin + drawn.width}}   {beside}"
    lines.append(" " * margin + drawn.axis)
    if not beside:
        lines += _wrapped(drawn.legend, margin, width)
    return "\n".join(line.rstrip() for line in lines)


def alike(rows: dict[str, Timeline], *, width: int = 60) -> bool:
    """Whether `draw` would draw two rows or more that nobody can tell apart: then it explains nothing."""
    if len(rows) < 2:
        return False
    drawn, _ = _plotted(rows, width - max(len(name) for name in _names(rows, width)) - 3)
    return len(set(drawn.rows)) == 1


def _plotted(rows: dict[str, Timeline], room: int) -> "tuple[_Plot, str]":
    """The plot, and the legend if it goes beside it."""
    span = max(row.last for row in rows.values())
    drawn = _Plot(rows, span, room)
    legend = "   ".join(f"{symbol} {word}" for symbol, word in drawn.legend)
    if room - len(legend) - 3 >= LEAST_PLOT:
        narrower = _Plot(rows, span, room - len(legend) - 3)
        # With less room marks may fall together, and the legend with them.
        if narrower.legend == drawn.legend:
            return narrower, legend
    return drawn, ""


class _Plot:
    """The rows and the axis in `room` columns, without names."""

    def __init__(self, rows: dict[str, Timeline], span: float, room: int) -> None:
        self.span = span
        self._symbols = assign(rows.values())
        groups = [self._grouped(row) for row in rows.values()]
        widest = max((len(glyph) for row in groups for _, glyph in row), default=1)
        # The last column is followed by what stands there: a count and the end, or the axis label with its unit.
        self.columns = self._even(rows, max(2, room - 1 - max(widest, last_label_width(span) - 1)))
        placed = [self._placed(row) for row in rows.values()]
        # Time 0 is the first bar itself, unless something arrives there.
        self.lead = int(any(0 in row for row in placed))
        ends: dict[int, int] = defaultdict(int)
        for row, cells in zip(rows.values(), placed, strict=True):
            ends[self._column(row.last)] = max(ends[self._column(row.last)], *self._stops(row, cells))
        self.rows = [
            self._row(row, cells, ends[self._column(row.last)])
            for row, cells in zip(rows.values(), placed, strict=True)
        ]
        self.axis = self._axis(ticks(rows.values(), span, self.columns))
        self.width = max(len(line) for line in self.rows)
        self.legend = self._legend(rows, placed)

    def _even(self, rows: dict[str, Timeline], most: int) -> int:
        """The largest number of columns, down to 60 % of `most`, on which every mark falls evenly; else `most`."""
        times = [mark.at / self.span for row in rows.values() for mark in row.marks] if self.span > 0 else []
        if len(times) > 500:
            return most
        # In a long run columns may share marks, if all of them share alike.
        for shared in (1, 2, 3, 4, 5) if len(times) > most / 2 else (1,):
            for steps in range(most - 1, int(most * 0.6) - 1, -1):
                if all(abs(time * steps * shared - round(time * steps * shared)) < 0.02 for time in times):
                    return steps + 1
        return most

    def _column(self, time: float) -> int:
        return int(round(time / self.span * (self.columns - 1), 6) + 0.5) if self.span > 0 else 0

    def _grouped(self, row: Timeline) -> list[tuple[float, str]]:
        """Times and glyphs, with all marks of one instant as one glyph."""
        groups = together(row, self.span)
        return [(g[0].at, str(len(g)) if len(g) > 1 else self._symbols[g[0].label][0]) for g in groups]

    def _placed(self, row: Timeline) -> dict[int, str]:
        """Column -> glyph."""
        cells: dict[int, str] = {}
        for time, glyph in self._grouped(row):
            column = self._column(time)
            cells[column] = DENSE if column in cells else glyph
        for column, glyph in cells.items():
            # A long count needs the next columns too.
            if len(glyph) > 1 and any(column + step in cells for step in range(1, len(glyph))):
                cells[column] = MANY
        return cells

    def _stops(self, row: Timeline, cells: dict[int, str]) -> tuple[int, int]:
        last = max(cells, default=-1)
        return max(1, self._column(row.last) + self.lead), last + self.lead + len(cells.get(last, " "))

    def _row(self, row: Timeline, cells: dict[int, str], stop: int) -> str:
        line = ["|", *"·" * (stop - 1), ENDS[row.state][0]]
        for column, glyph in cells.items():
            line[column + self.lead : column + self.lead + len(glyph)] = glyph
        return "".join(line)

    def _axis(self, labels: Sequence[tuple[float, str]]) -> str:
        line = ""
        for time, label in labels:
            line = f"{line:<{self._column(time) + self.lead}}{label}"
        return line

    def _legend(self, rows: dict[str, Timeline], placed: Sequence[dict[int, str]]) -> list[tuple[str, str]]:
        drawn = set("".join("".join(row.values()) for row in placed))
        legend = [entry for entry in dict.fromkeys(self._symbols.values()) if entry[0] in drawn]
        counts = sorted({glyph for row in placed for glyph in row.values() if glyph.isdigit()}, key=int)
        nouns = set(kinds(self._symbols).values())
        things = plural(nouns.pop()) if len(nouns) == 1 else "arrivals"
        if 0 < len(counts) <= 3:
            legend += [(count, f"{things} at once") for count in counts]
        elif counts:
            legend.append(("a number:", f"that many {things} at once"))
        if MANY in drawn:
            legend.append((MANY, "10 or more at once"))
        if DENSE in drawn:
            legend.append((DENSE, "several, close together"))
        return legend + [ENDS[state] for state in dict.fromkeys(row.state for row in rows.values())]


def _names(rows: dict[str, Timeline], width: int) -> list[str]:
    longest = min(max(len(name) for name in rows), max(8, width // 3 - 3))
    return [f"{name if len(name) <= longest else name[: longest - 1] + '…':<{longest}}" for name in rows]


def _wrapped(legend: list[tuple[str, str]], margin: int, width: int) -> list[str]:
    """Legend entries on as few lines as they need; an entry is broken only when it is wider than a line."""
    room = width - margin
    lines = [""]
    for entry in (f"{symbol} {word}" for symbol, word in legend):
        joined = f"{lines[-1]}   {entry}" if lines[-1] else entry
        lines[-1:] = [joined] if len(joined) <= room else [lines[-1], *textwrap.wrap(entry, room)]
    return [" " * margin + line for line in lines if line]
