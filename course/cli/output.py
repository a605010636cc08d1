"""How the command speaks: answers to stdout, everything about the call itself to stderr."""

import io
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

PASSED, NOT_YET, BROKEN = 0, 1, 2  # exit codes


def prepare_streams() -> None:
    """A terminal that cannot show a character gets a question mark instead of a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def complain(text: str) -> None:
    print(text, file=sys.stderr)


def refuse(text: str, code: int = BROKEN) -> NoReturn:
    """Say what is wrong and what to do instead, and end."""
    complain(text)
    raise SystemExit(code)


def interactive() -> bool:
    """Whether somebody sits at both ends: keys can be read and a screen drawn."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def color() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to draw in: 40 to 100."""
    return max(40, min(100, shutil.get_terminal_size((80, 24)).columns))


def wrapped(text: str) -> str:
    """Text for the terminal's width: lines of one paragraph are joined and broken anew, indented ones stay."""
    paragraphs = []
    for paragraph in text.split("\n\n"):
        as_it_stands = any(line.startswith((" ", "\t", "```", "- ")) for line in paragraph.splitlines())
        broken = textwrap.fill(" ".join(paragraph.split()), width(), break_long_words=False, break_on_hyphens=False)
        paragraphs.append(paragraph if as_it_stands else broken)
    return "\n\n".join(paragraphs)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Name a wait, at once, for as long as it lasts; only where somebody watches."""
    if not sys.stderr.isatty():
        yield
        return
    sys.stderr.write(what)
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()
