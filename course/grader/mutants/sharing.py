"""Faults that take two: what belongs to one request, one reader or one call is shared by all of them."""

import ast
from collections.abc import Iterator

from course.grader.mutants.source import Edit, Function, Made, Source, own, yields

VALUES = {"bool", "bytes", "float", "int", "str", "Path"}


def locals_made_global(source: Source, node: ast.AST) -> Made:
    if not isinstance(node, Function):
        return
    documented = ast.get_docstring(node, clean=False) is not None
    for name in dict.fromkeys(_locals(node)):
        if not _used_at_once(source, node, name):
            yield "a local made global", [source.line_before(node.body[documented], f"global {name}")]


def one_at_a_time(source: Source, node: ast.AST) -> Made:
    match node:
        case ast.For() | ast.AsyncFor() | ast.While() if yields(node):
            waits, room = ("async ", "asyncio") if _on_the_loop(source, node) else ("", "threading")
            lock = f"globals().setdefault('lock', __import__('{room}').Lock())"
            yield "one at a time", [source.indented(node, f"{waits}with {lock}:")]


def first_value_kept(source: Source, node: ast.AST) -> Made:
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=value)
        ):
            if value is not None and any(_functions(source, node)):
                kept = f"globals()[{name!r}] if {name!r} in globals() else {source.of(value)}"
                yield "the first value kept for all", [source.put(node, f"global {name}; {name} = {kept}")]
        case ast.Call(func=ast.Name(id=name), args=[ast.Call() as stream, *_]) if name.endswith("Response"):
            kept = f"globals().setdefault('kept', {source.of(stream)})"
            yield "one stream for all", [source.put(stream, kept)]
        case ast.FunctionDef() | ast.AsyncFunctionDef() if source.parents[node] is source.tree and _repeatable(node):
            start, _ = source.span(node)
            yield "a result kept for all", [Edit(start, start, "@__import__('functools').cache\n")]


def attributes_of_the_class(source: Source, node: ast.AST) -> Made:
    if not isinstance(node, ast.ClassDef):
        return
    attributes = [each for each in ast.walk(node) if isinstance(each, ast.Attribute) and _of_self(each)]
    for name in dict.fromkeys(each.attr for each in attributes if isinstance(each.ctx, ast.Store)):
        edits = [source.put(each.value, node.name) for each in attributes if each.attr == name]
        yield "one attribute for all", edits


def _of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _locals(node: Function) -> Iterator[str]:
    arguments = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
    shared = {name for each in own(node) if isinstance(each, ast.Global | ast.Nonlocal) for name in each.names}
    for each in own(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each.id not in arguments | shared:
            yield each.id


def _used_at_once(source: Source, function: Function, name: str) -> bool:
    """Whether a loop sets the name and its next statement alone reads it: nobody gets a turn between."""
    for each in ast.walk(function):
        if isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Load):
            statement = next(up for up in source.above(each) if isinstance(up, ast.stmt))
            loop = source.parents[statement]
            if not isinstance(loop, ast.For | ast.AsyncFor) or statement is not loop.body[0]:
                return False
            if not (isinstance(statement, ast.Expr) and name in {n.id for n in _names(loop.target)}):
                return False
    return True


def _names(node: ast.AST) -> Iterator[ast.Name]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Name))


def _repeatable(function: Function) -> bool:
    """Whether two calls may have the same arguments: texts and numbers do, a source or a request does not."""
    return all(_repeats(each.annotation) for each in ast.walk(function.args) if isinstance(each, ast.arg))


def _repeats(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[kind, *_])):
            return _repeats(kind)
        case ast.Name(id=name):
            return name in VALUES
    return False


def _functions(source: Source, node: ast.AST) -> Iterator[Function]:
    """The functions that a node is in, from the innermost."""
    return (up for up in source.above(node) if isinstance(up, Function))


def _on_the_loop(source: Source, node: ast.AST) -> bool:
    return isinstance(next(_functions(source, node), None), ast.AsyncFunctionDef)
