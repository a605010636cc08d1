"""A submission as text and as tree: where each node stands, and the text with something else in its place."""

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.Lambda | ast.ClassDef | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Edit(NamedTuple):
    """New text for the bytes from `start` to `end`."""

    start: int
    end: int
    text: str


class Token(NamedTuple):
    word: str
    start: int  # in bytes
    end: int


Made = Iterator[tuple[str, list[Edit]]]
"""Faults: what kind each is, and the edits that make it."""


class Source:
    """Python text and its nodes. Places are counted in UTF-8 bytes, as `ast` does."""

    def __init__(self, text: str) -> None:
        """Raises SyntaxError when the text is not Python."""
        self.text = text
        self.tree = ast.parse(text)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._bytes = text.encode()
        self._lines = [0, *accumulate(len(line) for line in self._bytes.splitlines(keepends=True))]
        self._tokens = list(self._tokenized())

    def nodes(self) -> Iterator[ast.AST]:
        """All nodes that do something: no docstrings, imports, annotations, nor what runs as a script only."""
        return self._below(self.tree)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends. Decorators stand before it."""
        start, end = (_place(node, edge) for edge in ("", "end_"))
        return self._at(*start), self._at(*end)

    def of(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self._bytes[start:end].decode()

    def put(self, node: ast.AST, text: str) -> Edit:
        return Edit(*self.span(node), text)

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node is part of, from the nearest on."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def line_before(self, node: ast.AST, text: str) -> Edit:
        """A line of its own above a statement, as far in."""
        start, _ = self.span(node)
        _, column = _place(node)
        return Edit(start, start, text + "\n" + " " * column)

    def token(self, start: int, end: int, *words: str) -> Token | None:
        """The first token between two places; `words`: the first that is one of them."""
        between = (token for token in self._tokens if start <= token.start and token.end <= end)
        return next((token for token in between if not words or token.word in words), None)

    def without(self, node: ast.AST) -> Edit:
        """An element of a call, a dict or a list gone, with a comma beside it."""
        start, end = self.span(node)
        return self.without_span(start, end)

    def without_span(self, start: int, end: int) -> Edit:
        after = self.token(end, len(self._bytes))
        if after is not None and after.word == ",":
            following = self.token(after.end, len(self._bytes))
            closes = following is None or following.word in (")", "]", "}")
            return Edit(start, after.end if closes or following is None else following.start, "")
        before = next((token for token in reversed(self._tokens) if token.end <= start), None)
        return Edit(before.start if before is not None and before.word == "," else start, end, "")

    def indented(self, node: ast.stmt, head: str) -> Edit:
        """A statement one step further in, below `head`."""
        step = "\n" + " " * (node.col_offset + 4)
        body = self.of(node).replace("\n", "\n    ").replace("\n    \n", "\n\n")
        return self.put(node, f"{head}{step}{body}")

    def edited(self, edits: Sequence[Edit]) -> str:
        data = self._bytes
        for edit in sorted(edits, reverse=True):
            data = data[: edit.start] + edit.text.encode() + data[edit.end :]
        return data.decode()

    def line(self, place: int) -> int:
        """The number of the line that holds a place."""
        return self._bytes.count(b"\n", 0, place) + 1

    def _at(self, line: int, column: int) -> int:
        return self._lines[line - 1] + column

    def _below(self, node: ast.AST) -> Iterator[ast.AST]:
        for name, value in ast.iter_fields(node):
            children = _metadata(value) if name in ("annotation", "returns") else value
            for child in children if isinstance(children, list) else [children]:
                if isinstance(child, ast.AST) and not _idle(child):
                    yield child
                    if not isinstance(child, ast.JoinedStr):  # Before 3.12 its parts do not know where they stand.
                        yield from self._below(child)

    def _tokenized(self) -> Iterator[Token]:
        lines = self.text.splitlines(keepends=True)
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING):
                (first, left), (last, right) = token.start, token.end
                start = self._at(first, len(lines[first - 1][:left].encode()))
                yield Token(token.string, start, self._at(last, len(lines[last - 1][:right].encode())))


def own(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is below it in its own scope: not what functions and comprehensions in it keep to themselves."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Scope):
            yield child
        else:
            yield from own(child)


def yields(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in own(node))


def pauses(statement: ast.stmt) -> bool:
    """Whether the reader or the loop may get its turn in it."""
    waiting = ast.Await | ast.AsyncFor | ast.AsyncWith | ast.Yield | ast.YieldFrom
    return not isinstance(statement, Scope) and any(isinstance(each, waiting) for each in own(statement))


def _place(node: ast.AST, edge: str = "") -> tuple[int, int]:
    return getattr(node, f"{edge}lineno"), getattr(node, f"{edge}col_offset")


def _metadata(annotation: object) -> list[ast.expr]:
    """What `Annotated` adds to a type: FastAPI acts on it."""
    match annotation:
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[_, *added])):
            return added
    return []


def _idle(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
    return False
