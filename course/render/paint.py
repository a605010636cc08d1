"""Colour for terminals that want it, and plain ASCII for those that can do no more."""

import os
import sys

_CODES = {
    "passed": "32",
    "failed": "31",
    "not yet": "33",
    "not checked": "2",
    "not started": "2",
    "strong": "1",
    "dim": "2",
}

# One character for one character, so that drawings and columns stay aligned.
_PLAIN = str.maketrans({
    "✓": "+", "✗": "x", "–": "-", "○": "o", "·": ".", "…": "~", "×": "x", "µ": "u",
    "“": '"', "”": '"', "‘": "'", "’": "'",
})  # fmt: skip


def wants_color() -> bool:
    """Whether standard output is a terminal that has not asked for plain text (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def can_show(encoding: str | None) -> bool:
    """Whether a stream of this encoding can carry the symbols; if not, ask for `ascii=True`."""
    try:
        "✓✗–○·…×µ".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Paint:
    """Wraps text in a colour, or leaves it alone: nothing is ever said by colour only."""

    def __init__(self, color: bool | None) -> None:
        self._color = wants_color() if color is None else color and not os.environ.get("NO_COLOR")

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self._color and text else text


def plain(text: str) -> str:
    """`text` in ASCII, of the same length as far as the course's own symbols go."""
    return text.translate(_PLAIN).encode("ascii", "backslashreplace").decode("ascii")
