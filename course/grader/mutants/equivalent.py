"""
Faults that are none: listed by hand, each with the reason why nobody could notice it.

They lie in `tests/submissions/equivalent/<lesson>/<slug>.toml`, each as the command shows it:

    [[equivalent]]
    answer = "solution"     # or the name of an approach
    reason = "Each number is used before anybody else gets a turn."
    diffs = ['''
    +     global number''']
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from course.catalog import Entry


class BadlyListed(Exception):
    """A list of equivalents that cannot be used. The text names the file and what is wrong."""


@dataclass(frozen=True)
class Equivalent:
    """One fault of one answer that changes nothing."""

    answer: str
    diff: str


def path_of(entry: Entry) -> Path:
    return entry.root / "tests/submissions/equivalent" / entry.lesson / f"{entry.slug}.toml"


def equivalents(entry: Entry) -> list[Equivalent]:
    """What is listed for an exercise; nothing when there is no list. Raises BadlyListed."""
    path = path_of(entry)
    if not path.is_file():
        return []
    try:
        groups = tomllib.loads(path.read_text(encoding="utf-8"))["equivalent"]
        if not all(group["reason"].strip() for group in groups):
            raise ValueError("a reason is empty")
        return [Equivalent(group.get("answer", "solution"), diff) for group in groups for diff in group["diffs"]]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadlyListed(f"{path.name} needs a `reason` and `diffs` in each [[equivalent]]: {error}") from error
