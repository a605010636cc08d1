"""Whole definitions out of a Python file, as their author wrote them."""

import ast
import textwrap
from collections.abc import Iterator


def quote(source: str, name: str, file: str) -> str:
    """
    The text of one top-level definition, decorators and the comment above it included.

    `name` may be a method (`Report.words`) or `imports`. Raises LookupError, with the names there are.
    """
    body = ast.parse(source).body
    lines = source.splitlines()
    if name == "imports":
        imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
        return "\n".join(lines[imports[0].lineno - 1 : imports[-1].end_lineno]) if imports else ""
    owner, _, method = name.partition(".")
    node = next((node for node in body if owner in names_of(node)), None)
    if method:
        members = node.body if isinstance(node, ast.ClassDef) else []
        node = next((member for member in members if method in names_of(member)), None)
    if node is None:
        known = ", ".join(known for statement in body for known in names_of(statement))
        raise LookupError(f"{file} has no top-level `{name}`. It has: {known}")
    first = min([node.lineno, *(line.lineno for line in getattr(node, "decorator_list", []))]) - 1
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return textwrap.dedent("\n".join(lines[first : node.end_lineno]))


def names_of(node: ast.stmt) -> list[str]:
    """The names that a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def spaced(parts: list[str]) -> Iterator[str]:
    """The parts with the blank lines of a formatted file between them: one-liners stay together."""
    for position, part in enumerate(parts):
        if position and ("\n" in part or "\n" in parts[position - 1]):
            yield from ("", "")
        yield part
