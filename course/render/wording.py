"""What terminal and page say alike: symbols, sentences, escapes, and where two texts begin to differ."""

import re
import unicodedata
from dataclasses import dataclass

SYMBOLS = {"passed": "✓", "failed": "✗", "not yet": "✗", "not checked": "–", "not started": "○"}
UNTOUCHED = "This is what the stub does as it is:"
MOST_LINES = 10  # Of what the learner's code printed.

_NAMES = {"Skylark", "Python", "Starlette", "Unicode", "Redis"}
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def said(sentence: str) -> str:
    """A criterion's sentence as one line of a list: no full stop, no capital unless it is a name."""
    line = re.sub(r"\s+", " ", escaped(sentence, keep="\n\t")).strip()
    line = line[:-1] if line.endswith(".") and not line.endswith("..") else line
    first = re.match(r"[A-Z][a-z]*(?=[ ,']|$)", line)
    return line[0].lower() + line[1:] if first and first.group() not in _NAMES else line


def escaped(text: str, *, keep: str = "") -> str:
    """
    `text` with every character that cannot be seen written as an escape (`\\n`, `\\x1b`, `\\u2028`), so that what a
    learner's server sent cannot steer a terminal. Those in `keep` stay.
    """
    return "".join(
        char if char.isprintable() or char in keep else _ESCAPES.get(char) or ascii(char)[1:-1] for char in text
    )


def cells(text: str) -> int:
    """How many columns `text` takes in a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


@dataclass(frozen=True)
class Difference:
    """Two texts, escaped and cut to the part where they begin to differ; `caret` is that place, in columns."""

    expected: str
    observed: str
    caret: int
    words: str


def difference(found: tuple[str, str, int], room: int) -> Difference:
    """The first difference in `room` columns: (expected, observed, index of the first character that differs)."""
    expected, observed, index = found
    room = max(room, 12)
    # The caret needs its place, and a character that is shown as an escape is longer than one column.
    begin, width = index, 0
    while begin > 0 and width + cells(escaped(expected[begin - 1])) <= room // 2:
        begin -= 1
        width += cells(escaped(expected[begin]))
    before = "…" if begin else ""
    caret = cells(before) + width
    if index >= len(expected):
        words = f"more than expected, from character {index + 1} on"
    elif index >= len(observed):
        words = f"it stops here, after {index} character{'' if index == 1 else 's'}"
    else:
        words = f"first difference, character {index + 1}"
    return Difference(_fitted(before, expected[begin:], room), _fitted(before, observed[begin:], room), caret, words)


def _fitted(before: str, text: str, room: int) -> str:
    line = before
    for char in text:
        piece = escaped(char)
        if cells(line) + cells(piece) > room - 1:
            return line + "…"
        line += piece
    return line


def printed(output: str, most: int = MOST_LINES) -> tuple[list[str], int]:
    """The first lines of what was printed, escaped, and how many more there are."""
    lines = [escaped(line, keep="\t").expandtabs(4) for line in output.rstrip("\n").split("\n")]
    # One line over the limit is shown: saying "1 more line" takes as much room.
    shown = most if len(lines) > most + 1 else most + 1
    return lines[:shown], max(0, len(lines) - shown)
