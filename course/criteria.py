"""What a grader demands, read from its text: nothing is imported and nothing is run."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


class GradingBroken(Exception):
    """The course itself failed while it judged: a fault of ours or of the installation, not of a submission."""


@dataclass(frozen=True)
class Criterion:
    """One function of a grader: what it is called, what it demands, what has to pass before it."""

    name: str
    sentence: str
    needs: tuple[str, ...] = ()  # names of criteria in the same file
    live: bool = False
    line: int = 1  # where it begins, decorators included


def criteria(grader: Path) -> tuple[Criterion, ...]:
    """The criteria of a grader in file order. Raises GradingBroken when it cannot be read."""
    try:
        return _criteria(grader.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError) as error:
        raise GradingBroken(f"The grader {grader.parent.name}/{grader.name} cannot be read: {error}") from error


def stub_fails(grader: Path) -> str | None:
    """The criterion that the exercise as shipped must fail: the grader's `SHIPPED_STUB_FAILS`."""
    for node in ast.parse(grader.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="SHIPPED_STUB_FAILS")], value=ast.Constant(value=str(name))):
                return name
    return None


@lru_cache(maxsize=256)
def _criteria(source: str) -> tuple[Criterion, ...]:
    return tuple(_found(ast.parse(source)))


def _found(tree: ast.Module) -> Iterator[Criterion]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            options = {}
            if isinstance(decorator, ast.Call):
                options = {keyword.arg: keyword.value for keyword in decorator.keywords}
                decorator = decorator.func
            if not isinstance(decorator, ast.Name) or decorator.id != "criterion":
                continue
            yield Criterion(
                name=node.name,
                sentence=" ".join(inspect.cleandoc(ast.get_docstring(node) or node.name).split()),
                needs=tuple(name.id for name in ast.walk(options["needs"]) if isinstance(name, ast.Name))
                if "needs" in options
                else (),
                live=isinstance(live := options.get("live"), ast.Constant) and live.value is True,
                line=node.decorator_list[0].lineno,
            )
