"""A timeline as SVG, for a page: the same record, the same scale, readable by ear."""

from html import escape

from waterclock.timeline.record import Mark, State, Timeline
from waterclock.timeline.scale import ticks, together, unit_for
from waterclock.timeline.symbols import ENDS, PING, assign, kinds, plural, shorten
from waterclock.timeline.words import words

ROW = 36
CHAR = 7.2  # Width of a character, estimated: an SVG cannot measure text.

# One shape per symbol of the text drawing, around 0,0: told apart without colour.
_SHAPES = {
    PING: '<circle r="4" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    "#": '<circle r="4.6" fill="currentColor"/>',
    "o": '<path d="M-4-4H4V4H-4Z" fill="currentColor"/>',
    "*": '<path d="M0-5.6 5.6 0 0 5.6-5.6 0Z" fill="currentColor"/>',
    "@": '<path d="M0-5 5.2 4.2H-5.2Z" fill="currentColor"/>',
    "%": '<path d="M0 5-5.2-4.2H5.2Z" fill="currentColor"/>',
}
_ENDS: dict[State, str] = {
    "ended": "M0-9V9",
    "open": "M-3-5 3 0-3 5",
    "truncated": "M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5",
    "left": "M3-5-3 0 3 5",
}
# Inside a page the page's own colours apply; a file that stands alone brings its own.
_ALONE = "<style>.cbc-timeline{color:#1c2430}@media(prefers-color-scheme:dark){.cbc-timeline{color:#e6e9ef}}</style>"


def svg(
    rows: dict[str, Timeline],
    *,
    width: int = 640,
    title: str = "What arrived, and when",
    standalone: bool = False,
) -> str:
    """
    Draw timelines, named by the keys of `rows`, on one scale, `width` pixels wide (scales with its container).

    Everything is `currentColor`, so it works on light and dark; the site colours by class: `cbc-mark-ping`,
    `cbc-mark-1` …, `cbc-end-ended` …. `<desc>` holds the same in words. Nothing is fetched, and the same record gives
    the same bytes. `standalone` adds colours for a file that no page styles.
    """
    picture = _Picture(rows, width)
    described = ". ".join(f"{shorten(name, 40)}: {words(row)}" for name, row in rows.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cbc-timeline" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {width} {picture.height}" width="{width}" height="{picture.height}" '
        f'style="max-width:100%;height:auto" font-family="inherit" font-size="13" fill="currentColor">'
        f"<title>{escape(title)}</title><desc>{escape(described)}</desc>"
        f"{_ALONE if standalone else ''}{''.join(picture.parts)}</svg>\n"
    )


class _Picture:
    def __init__(self, rows: dict[str, Timeline], width: int) -> None:
        self.parts: list[str] = []
        self.span = max((row.last for row in rows.values()), default=0.0)
        self._unit = unit_for([self.span])
        self._symbols = assign(rows.values())
        names = [shorten(name, 16) for name in rows]
        self._left = max((len(name) for name in names), default=0) * CHAR + 24
        self._right = width - 48.0
        groups = [group for row in rows.values() for group in together(row, self.span)]
        crowded = any(len(group) > 1 and group[0].at == 0 for group in groups)
        self._start = self._left - (16 if crowded else 0)
        self._used: set[str] = set()
        for line, (name, row) in enumerate(zip(names, rows.values(), strict=True)):
            self._row(name, row, y=22 + ROW * line)
        below = 22 + ROW * len(rows)
        self._axis(rows, below)
        self.height = self._legend(rows, below + 32, width)

    def _x(self, time: float) -> float:
        return self._left + (time / self.span if self.span > 0 else 0.0) * (self._right - self._left)

    def _row(self, name: str, row: Timeline, y: int) -> None:
        groups = together(row, self.span)
        end = self._x(row.last)
        if groups and end - self._x(groups[-1][-1].at) < 10:
            end = self._x(groups[-1][-1].at) + _half(groups[-1]) + 6
        self.parts.append(
            f'<g class="cbc-row"><text class="cbc-row-name" x="0" y="{y + 4}">{escape(name)}</text>'
            f'<path class="cbc-line" d="M{self._start:.1f} {y - 9}v18{self._line(groups, end, y)}" '
            f'fill="none" stroke="currentColor" stroke-opacity=".45" stroke-width="1.5"/>'
        )
        drawn = -1.0
        for group in groups:
            x = self._x(group[0].at)
            # Marks that would fall on the same pixel are one mark.
            if len(group) > 1 or x - drawn >= 1:
                self._mark(group, x, y)
                drawn = x
        self.parts.append(_end(row.state, end, y, f"{ENDS[row.state][1]} {self._time(row.until)}") + "</g>")

    def _line(self, groups: list[list[Mark]], end: float, y: int) -> str:
        """The line from the start to the end, with a gap for every hollow mark."""
        path, start = "", self._start
        for group in groups:
            if len(group) > 1 or self._symbols[group[0].label][0] == PING:
                x, half = self._x(group[0].at), _half(group)
                if x - half > start:
                    path += f"M{start:.1f} {y}H{x - half:.1f}"
                start = max(start, x + half)
        return path + (f"M{start:.1f} {y}H{end:.1f}" if end > start else "")

    def _mark(self, group: list[Mark], x: float, y: int) -> None:
        if len(group) == 1:
            symbol, _ = self._symbols[group[0].label]
            self._used.add(symbol)
            said = f"{shorten(group[0].label)} {self._time(group[0].at)}"
            self.parts.append(_placed(symbol, x, y, said))
            return
        count, half = str(len(group)), _half(group)
        self._used.add("n")
        self.parts.append(
            f'<g class="cbc-mark cbc-mark-count" transform="translate({x:.1f} {y})">'
            f"<title>{count} {self._things()} at {self._time(group[0].at)}</title>"
            f'<rect x="{-half:.1f}" y="-11" width="{2 * half:.1f}" height="22" rx="11" fill="none" '
            f'stroke="currentColor" stroke-width="1.8"/>'
            f'<text y="4.5" text-anchor="middle" font-weight="700">{count}</text></g>'
        )

    def _axis(self, rows: dict[str, Timeline], y: int) -> None:
        columns = int((self._right - self._left) / CHAR)
        self.parts.append('<g class="cbc-axis" font-size="12" fill-opacity=".8">')
        for time, label in ticks(rows.values(), self.span, columns):
            x = self._x(time)
            anchor = f'<text x="{x:.1f}" y="{y + 8}" text-anchor="middle">{escape(label)}</text>'
            line = f'<path d="M{x:.1f} {y - 12}v5" stroke="currentColor" stroke-opacity=".5"/>'
            self.parts.append(line + anchor)
        self.parts.append("</g>")

    def _legend(self, rows: dict[str, Timeline], y: int, width: int) -> int:
        """Draws the legend from `y` down; returns the height of the whole picture."""
        known = dict.fromkeys(self._symbols.values())
        entries = [(_placed(symbol, 6, 0), word) for symbol, word in known if symbol in self._used]
        if "n" in self._used:
            entries.append(('<text y="4" font-weight="700">n</text>', f"that many {self._things()} at once"))
        entries += [(_end(state, 6, 0), ENDS[state][1]) for state in dict.fromkeys(row.state for row in rows.values())]
        x = 0.0
        self.parts.append('<g class="cbc-legend" font-size="12">')
        for drawing, word in entries:
            room = 18 + len(word) * CHAR * 0.85 + 20
            if x and x + room > width:
                x, y = 0.0, y + 22
            text = f'<text x="18" y="4">{escape(word)}</text>'
            self.parts.append(f'<g transform="translate({x:.1f} {y})">{drawing}{text}</g>')
            x += room
        self.parts.append("</g>")
        return y + 14

    def _things(self) -> str:
        nouns = set(kinds(self._symbols).values())
        return plural(nouns.pop()) if len(nouns) == 1 else "arrivals"

    def _time(self, seconds: float) -> str:
        return f"{self._unit.number(seconds)} {self._unit.name}"


def _half(group: list[Mark]) -> float:
    """Half the width of what is drawn for a group."""
    return 5.0 if len(group) == 1 else 6 + 3.6 * len(str(len(group)))


def _placed(symbol: str, x: float, y: int, said: str = "") -> str:
    name = "ping" if symbol == PING else str(list(_SHAPES).index(symbol))
    title = f"<title>{escape(said)}</title>" if said else ""
    place = f'class="cbc-mark cbc-mark-{name}" transform="translate({x:.1f} {y})"'
    return f"<g {place}>{title}{_SHAPES[symbol]}</g>"


def _end(state: State, x: float, y: int, said: str = "") -> str:
    title = f"<title>{escape(said)}</title>" if said else ""
    drawing = f'<path d="{_ENDS[state]}" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>'
    return f'<g class="cbc-end cbc-end-{state}" transform="translate({x:.1f} {y})">{title}{drawing}</g>'
