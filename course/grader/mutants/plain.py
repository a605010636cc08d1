"""Faults that any program may have: a statement less, a condition turned, a constant moved by one."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from course.grader.mutants.source import Edit, Function, Made, Source, pauses

BORDERS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "in": "not in", "is": "is not"}
TURNED = {"+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "%": "*", "and": "or", "or": "and"}
NEIGHBOURS = {"isdecimal": "isdigit", "isdigit": "isnumeric", "is_file": "exists", "startswith": "endswith"}
FIELD = re.compile(r"\{\{|\}\}|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")


def statements(source: Source, node: ast.AST) -> Made:
    if isinstance(node, ast.stmt) and not isinstance(node, Function | ast.ClassDef | ast.Pass):
        yield "a statement less", [source.put(node, "pass")]
    for one, other in _neighbours(node):
        if pauses(one) or pauses(other):
            yield "two statements swapped", [source.put(one, source.of(other)), source.put(other, source.of(one))]
    match node:
        case ast.Break():
            yield "break for continue", [source.put(node, "continue")]
        case ast.Continue():
            yield "continue for break", [source.put(node, "break")]


def conditions(source: Source, node: ast.AST) -> Made:
    if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
        yield "a condition turned", [source.put(node.test, f"not ({source.of(node.test)})")]
    if isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield "a condition turned", [source.put(test, f"not ({source.of(test)})")]
            yield "a condition gone", [source.put(test, "True")]
    match node:
        case ast.If():
            yield "a condition gone", [source.put(node.test, "True")]
        case ast.IfExp():
            yield "a condition gone", [source.put(node, source.of(node.body))]
            yield "a condition gone", [source.put(node, source.of(node.orelse))]
        case ast.BoolOp():
            for value in node.values:
                kept = [source.of(each) for each in node.values if each is not value]
                yield "half of a condition", [source.put(node, f" {_word(node)} ".join(kept))]
            yield from _between(source, "and for or", node.values[0], node.values[1], TURNED)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield "a sign less", [source.put(node, source.of(node.operand))]
        case ast.Compare():
            for left, right in pairwise([node.left, *node.comparators]):
                yield from _between(source, "a border moved", left, right, BORDERS)
        case ast.BinOp():
            yield from _between(source, "an operator turned", node.left, node.right, TURNED)
        case ast.AugAssign():
            words = {f"{one}=": f"{other}=" for one, other in TURNED.items()}
            yield from _between(source, "an operator turned", node.target, node.value, words)


def constants(source: Source, node: ast.AST) -> Made:
    match node:
        case ast.Constant(value=bool(value)):
            yield "True for False", [source.put(node, str(not value))]
        case ast.Constant(value=int() | float() as value):
            yield "a constant moved", [source.put(node, repr(value + 1))]
            yield "a constant moved", [source.put(node, repr(value - 1))]
        case ast.Constant(value=str(text)) if not _said(source, node):
            yield "a text emptied", [source.put(node, "''")]
            yield "a text changed", [source.put(node, repr(text + "?"))]
        case ast.Constant(value=bytes(data)):
            yield "a text emptied", [source.put(node, "b''")]
            yield "a text changed", [source.put(node, repr(data + b"?"))]
        case ast.JoinedStr() if not _said(source, node):
            for start, end, part in _literals(source, node):
                if part:
                    yield "a text emptied", [Edit(start, end, "")]
                yield "a text changed", [Edit(end, end, "?")]
            for start, end, colon in _formats(source, node):
                yield "a format gone", [Edit(start + colon, end - 1, "")]


def calls(source: Source, node: ast.AST) -> Made:
    match node:
        case ast.Call(args=args, keywords=keywords):
            for each in (*args, *keywords):
                if not (_text(each) and _said(source, each)):
                    yield "an argument less", [source.without(each)]
            yield from _unwrapped(source, node)
            if isinstance(node.func, ast.Name) and node.func.id == "range":
                last = args[min(1, len(args) - 1)]
                yield "a border moved", [source.put(last, f"{source.of(last)} + 1")]
                yield "a border moved", [source.put(last, f"{source.of(last)} - 1")]
            if isinstance(node.func, ast.Attribute) and node.func.attr in NEIGHBOURS:
                place = source.span(node.func)[1]
                length = len(node.func.attr)
                yield "a method's neighbour", [Edit(place - length, place, NEIGHBOURS[node.func.attr])]
        case ast.Dict():
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None:
                    yield "an entry less", [source.without_span(source.span(key)[0], source.span(value)[1])]
        case ast.List(ctx=ast.Load()) | ast.Tuple(ctx=ast.Load()) | ast.Set():
            for each in node.elts:
                yield "an entry less", [source.without(each)]


def definitions(source: Source, node: ast.AST) -> Made:
    if isinstance(node, Function):
        for decorator in node.decorator_list:
            start, end = source.span(decorator)
            yield "a decorator less", [Edit(start - 1, end, "")]
        names, keywords = [*node.args.posonlyargs, *node.args.args], node.args.kwonlyargs
        defaults = [*zip(names[::-1], node.args.defaults[::-1], strict=False)]
        defaults += [(name, value) for name, value in zip(keywords, node.args.kw_defaults, strict=True) if value]
        for argument, default in defaults:
            yield "a default less", [Edit(source.span(argument)[1], source.span(default)[1], "")]


def _neighbours(node: ast.AST) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        if isinstance(body := getattr(node, name, None), list):
            yield from (pair for pair in pairwise(body) if not _documents(pair[0]))


def _documents(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _word(node: ast.BoolOp) -> str:
    return "and" if isinstance(node.op, ast.And) else "or"


def _between(source: Source, kind: str, left: ast.AST, right: ast.AST, words: dict[str, str]) -> Made:
    start, end = source.span(left)[1], source.span(right)[0]
    if (token := source.token(start, end, "not", *words)) is None:
        return
    following = source.token(token.end, end)
    if token.word == "not" or (token.word == "is" and following is not None and following.word == "not"):
        assert following is not None
        yield kind, [Edit(token.start, following.end, "in" if token.word == "not" else "is")]
    else:
        yield kind, [Edit(token.start, token.end, words[token.word])]


def _unwrapped(source: Source, node: ast.Call) -> Made:
    """`f(x)` as `x`, and `x.f()` as `x`, unless x is a module."""
    match node:
        case ast.Call(func=ast.Attribute(value=value)) if not (
            isinstance(value, ast.Name) and value.id in _imported(source)
        ):
            yield "a call less", [source.put(node, source.of(value))]
        case ast.Call(args=[ast.Starred() | ast.GeneratorExp()]):
            pass
        case ast.Call(args=[only]):
            yield "a call less", [source.put(node, f"({source.of(only)})")]


def _imported(source: Source) -> set[str]:
    imports = [node for node in ast.walk(source.tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {(alias.asname or alias.name).partition(".")[0] for node in imports for alias in node.names}


def _text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _said(source: Source, node: ast.AST) -> bool:
    """Whether it belongs to the words of an error: they are free."""
    return isinstance(next(up for up in source.above(node) if isinstance(up, ast.stmt)), ast.Raise)


def _literals(source: Source, node: ast.JoinedStr) -> Iterator[tuple[int, int, str]]:
    """Where the parts of an f-string stand that are text, and what they are."""
    start, text = source.span(node)[0], source.of(node)
    quote = re.match(r"\w+('''|\"\"\"|'|\")", text)
    if quote is None or text.count(quote[1]) != 2:
        return
    at = quote.end()
    for field in (*FIELD.finditer(text), None):
        end = field.start() if field else len(text) - len(quote[1])
        if at < end:
            yield start + _bytes(text[:at]), start + _bytes(text[:end]), text[at:end]
        at = field.end() if field else end


def _formats(source: Source, node: ast.JoinedStr) -> Iterator[tuple[int, int, int]]:
    """Where the fields of an f-string stand that have a format, and how far in its colon is."""
    start, text = source.span(node)[0], source.of(node)
    for field in FIELD.finditer(text):
        if (colon := field[0].find(":")) > 0:
            yield start + _bytes(text[: field.start()]), start + _bytes(text[: field.end()]), colon


def _bytes(text: str) -> int:
    return len(text.encode())
