"""Python files loaded by path: names that begin with a digit cannot be imported by statement."""

import ast
import importlib.util
import itertools
import linecache
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Literal

Kind = Literal["syntax", "import", "missing", "binary", "empty", "exit"]

_serial = itertools.count(1)
_given: dict[Path, bytes] = {}


class Unloadable(Exception):
    """A file that does not become a module: what kind of trouble, in which line of it, in one sentence."""

    def __init__(self, kind: Kind, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.line = line


def given(path: Path, text: bytes) -> None:
    """From now on `path` holds this text for `load` and for tracebacks, whatever becomes of the file."""
    _given[path] = text
    lines = text.decode("utf-8", "replace").splitlines(keepends=True)
    linecache.cache[str(path)] = (len(text), None, lines, str(path))  # without a time it is never looked at again


def load(path: Path) -> ModuleType:
    """
    Execute `path` as a fresh module under a name of its own.

    Raises Unloadable for whatever the file does wrong; the cause is chained for those who want it.
    """
    code = _compiled(path)
    linecache.checkcache(str(path))  # a traceback quotes the file as it is now
    name = f"loaded_{next(_serial)}.{path.parent.name}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None, "a path with a .py loader always has a spec"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before exec: dataclasses and pydantic look their own module up here
    try:
        exec(code, module.__dict__)  # not exec_module: it trusts a .pyc of the same second and size
    except SystemExit as stop:
        sys.modules.pop(name, None)
        line = _line_in(path, stop)
        raise Unloadable("exit", f"It ends Python{_at(line)} while it is being imported (sys.exit).", line) from stop
    except Exception as error:
        sys.modules.pop(name, None)
        line = _line_in(path, error)
        raise Unloadable("import", f"Importing it fails{_at(line)}: {_told(error)}", line) from error
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def same_code(a: Path, b: Path) -> bool:
    """Whether two files do the same: equal but for docstrings, comments and layout."""
    try:
        one, other = a.read_bytes(), b.read_bytes()
    except OSError:
        return False
    if one == other:
        return True
    try:
        return _bare(one) == _bare(other)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _compiled(path: Path) -> CodeType:
    try:
        source = _given[path] if path in _given else path.read_bytes()
    except FileNotFoundError:
        raise Unloadable("missing", f"There is no file {path.name} in {path.parent.name}.") from None
    except OSError as error:
        raise Unloadable("missing", f"{path.name} cannot be read: {error.strerror or error}.") from error
    if not source.strip():
        raise Unloadable("empty", "The file is empty.")
    if b"\0" in source:
        raise Unloadable("binary", "The file holds zero bytes: it is not Python text.")
    try:
        return compile(source, str(path), "exec", dont_inherit=True)
    except UnicodeDecodeError as error:
        raise Unloadable("binary", "The file is not UTF-8 text.") from error
    except SyntaxError as error:
        if error.lineno is None or "codec" in error.msg or "Non-UTF-8" in error.msg:
            raise Unloadable("binary", "The file is not UTF-8 text.") from error
        raise Unloadable("syntax", f"Python cannot read line {error.lineno}: {error.msg}.", error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unloadable("syntax", f"Python cannot read it: {_told(error)}") from error


def _line_in(path: Path, error: BaseException) -> int | None:
    """The last line of `path` itself that the error came through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines else None


def _at(line: int | None) -> str:
    return f" in line {line}" if line else ""


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text.rstrip('.')}." if text else f"{type(error).__name__}."


def _bare(source: bytes) -> str:
    tree = ast.parse(source)
    for node in _documented(tree):
        node.body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return ast.dump(tree)


def _documented(tree: ast.Module) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
