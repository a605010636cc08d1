"""One symbol for each thing that can arrive, and the words that go with it."""

import re
from collections.abc import Iterable

from waterclock.timeline.record import State, Timeline

PING = ":"
OTHERS = "#o*@%"
NAMED = 20
"""Characters of a label in a legend, at the most."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")

ENDS: dict[State, tuple[str, str]] = {
    "ended": ("|", "end of stream"),
    "open": (">", "still open"),
    "truncated": ("x", "cut off"),
    "left": ("<", "client left"),
}
"""The symbol at the end of a row, and what it means."""


def kind(label: str) -> str:
    """The noun for what a label names: `event gale` is an event, `"3\\n"` a chunk, `{"id": 1}` an item."""
    word = re.match(r"[A-Za-z]+(?=\s|$)", label)
    if word:
        return word.group()
    return "chunk" if label[:1] in "\"'" or label[:2] in ('b"', "b'") else "item"


def kinds(labels: Iterable[str]) -> dict[str, str]:
    """The noun for each label. A generator's texts are items as well, where it gave something else too."""
    found = {label: kind(label) for label in labels}
    if "item" in found.values():
        return {label: "item" if noun == "chunk" else noun for label, noun in found.items()}
    return found


def plural(noun: str) -> str:
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def shorten(label: str, most: int = 24) -> str:
    """A label on one line, no longer than `most` characters; quotes stay closed."""
    line = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in label)
    if len(line) <= most:
        return line
    quote = line[-1] if line[-1] in "\"'" else ""
    return line[: most - 1 - len(quote)] + "…" + quote


def assign(rows: Iterable[Timeline]) -> dict[str, tuple[str, str]]:
    """
    For each label in `rows`, in order of arrival: its symbol and the word for the legend. Labels that are too many
    for a symbol each share one by kind.
    """
    timelines = list(rows)
    labels = list(dict.fromkeys(mark.label for row in timelines for mark in sorted(row.marks, key=lambda m: m.at)))
    pings = [label for label in labels if kind(label) in ("ping", "comment")]
    rest = [label for label in labels if label not in pings]
    # A number alone could be taken for a count of arrivals.
    names = {label: f"item {label}" if _NUMBER.fullmatch(label) else shorten(label, NAMED) for label in rest}
    if len(rest) > len(OTHERS):
        names = kinds(rest)
    if len(set(names.values())) > len(OTHERS):
        names = dict.fromkeys(rest, "arrival")
    symbols = dict(zip(dict.fromkeys(names.values()), OTHERS, strict=False))
    ping_word = "ping" if any(kind(label) == "ping" for label in pings) else "comment"
    return {label: (PING, ping_word) if label in pings else (symbols[names[label]], names[label]) for label in labels}
