"""Tables of what tests and graders are written with, made from the docstrings."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from course.pages.sync import emit


def verbs() -> None:
    """What can be expected: the methods behind `waterclock.expect` with the first sentence of their docstrings."""
    kinds = {
        "expect(client)": "client.OfClient",
        "expect(feed)": "feed.OfFeed",
        "expect(lab)": "app.OfApp",
        'expect(value, "what it is")': "value.OfValue",
    }
    emit("", "| | says |", "|---|---|")
    for said, name in kinds.items():
        module, _, kind = name.partition(".")
        emit(*_rows(said, getattr(import_module(f"waterclock.expectations.{module}"), kind)))
    emit("")


def words() -> None:
    """What a grader can ask of `ex`, and what a stand-in and a neighbour know."""
    emit("", "| | |", "|---|---|")
    kinds = {"ex": "exercise.Exercise", "stand_in": "stand_in.StandIn", "neighbour": "neighbour.Neighbour"}
    for said, name in kinds.items():
        module, _, kind = name.partition(".")
        emit(*_rows(said, getattr(import_module(f"course.grader.{module}"), kind)))
    emit("")


def new_grader() -> None:
    """The grader that `course new 07.2 heartbeat` lays out."""
    starter = import_module("course.cli.starter")
    emit("```python", *starter.GRADER.format(id="07.2", name="heartbeat").rstrip("\n").splitlines(), "```")


def _rows(said: str, kind: type) -> Iterator[str]:
    for name, member in _members(kind):
        text = _first_sentence(member)
        if text:
            yield f"| `{said}.{name}{_parameters(member)}` | {text} |"


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties, those of the class itself first, and attributes with a docstring below."""
    seen: set[str] = set()
    for each in inspect.getmro(kind)[:-1]:
        for name, member in [*vars(each).items(), *_attributes(each)]:
            if not name.startswith("_") and name not in seen:
                seen.add(name)
                yield name, member


def _attributes(kind: type) -> Iterator[tuple[str, str]]:
    """`self.calls = 0` with a string below it."""
    pattern = re.compile(r'^        self\.([a-z]\w*)[^\n]* = [^\n]*\n        """(.+?)"""', re.MULTILINE | re.DOTALL)
    return ((found[1], found[2]) for found in pattern.finditer(inspect.getsource(kind)))


def _parameters(member: Any) -> str:
    if not inspect.isfunction(member):
        return ""
    parameters = [str(each).split(":")[0] for each in inspect.signature(member).parameters.values()][1:]
    return f"({', '.join(parameters)})"


def _first_sentence(member: Any) -> str:
    text = member if isinstance(member, str) else member.__doc__
    return " ".join(re.split(r"(?<=\.)\s", (text or "").strip(), maxsplit=1)[0].split())
