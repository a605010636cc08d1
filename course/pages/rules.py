"""What a page of a lesson must keep to, beyond being up to date."""

import ast
import re
from pathlib import Path

from course.pages.quote import names_of
from course.pages.sync import BLOCK

_FENCE = re.compile(r"^[ \t]*(`{3,})(python|py|console|pycon)\b.*$")
_EXCUSE = re.compile(r"^\s*<!-- (wrong on purpose|not run: \S.*) -->\s*$")


def untold_fences(text: str) -> list[int]:
    """
    Lines (from 1) at which code or output begins that no block made.

    The line above may excuse it: `<!-- wrong on purpose -->` or `<!-- not run: reason -->`.
    """
    lines = BLOCK.sub(lambda made: "\n" * made[0].count("\n"), text).split("\n")
    found, closing = [], ""
    for number, line in enumerate(lines, 1):
        if closing:
            closing = "" if line.strip() == closing else closing
        elif fence := re.match(r"^[ \t]*(`{3,})", line):
            closing = fence[1]
            if _FENCE.match(line) and not (number > 1 and _EXCUSE.match(lines[number - 2])):
                found.append(number)
    return found


def unquoted(page: Path) -> list[str]:
    """Top-level functions and classes of the lesson's app that its page does not show."""
    text = page.read_text(encoding="utf-8")
    shown = "\n".join(made["made"] for made in BLOCK.finditer(text))
    source = (page.parent / "app.py").read_text(encoding="utf-8")
    definitions = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )
    return [name for node in definitions for name in names_of(node) if not re.search(rf"\b(def|class) {name}\b", shown)]
