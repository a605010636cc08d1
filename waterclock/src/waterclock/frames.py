"""Finding the line of the person whose code is judged, among the lines of libraries."""

import ast
import gc
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from traceback import walk_tb
from types import CodeType, FrameType, TracebackType

_PATHS = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
# As Python writes them in code objects, and as they are behind links.
_LIBRARIES = tuple({str(path) for each in _PATHS for path in (each, each.resolve())})
_TOOLKIT = str(Path(__file__).resolve().parent)
_NOT_JUDGED = ("<", _TOOLKIT, *_LIBRARIES)
_LOOPS = (ast.While, ast.For, ast.AsyncFor)
_BLOCKS = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
_ATTEMPTS = 5
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


own: list[str] = []
"""Beginnings of file names that are judged although they are installed: the app under test may be a package."""


others: list[str] = []
"""Beginnings of file names that are never judged either: of a tool that is built on this one."""


def is_library(filename: str) -> bool:
    """True for the standard library, installed packages, this toolkit and code without a file."""
    if not filename.startswith(_NOT_JUDGED) and not (others and filename.startswith(tuple(others))):
        return False
    return not (own and filename.startswith(tuple(own)))


def is_ours(filename: str) -> bool:
    """True for this toolkit."""
    return filename.startswith(_TOOLKIT)


def walk(frame: FrameType | None) -> Iterator[FrameType]:
    """The frame and all that called it, innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def place(frame: FrameType | None) -> str | None:
    """`file:line` of the innermost frame that is not library code."""
    for each in walk(frame):
        if not is_library(each.f_code.co_filename):
            return f"{each.f_code.co_filename}:{each.f_lineno}"
    return None


def place_of_thread(ident: int) -> str | None:
    """Where a thread is right now, in the judged code."""
    return place(of_thread(ident))


def caller() -> str | None:
    """`file:line` of the judged code that has called what calls this, however deep."""
    return place(sys._getframe(2))


def place_of_loop(stack: Iterable[FrameType]) -> str | None:
    """
    `file:line` of the loop that a stack, innermost first, is in: the innermost one in judged code, else where it is.

    A function that an endless loop calls is not to blame for the time that is spent in it.
    """
    judged = [each for each in stack if not is_library(each.f_code.co_filename)]
    for each in judged:
        if (line := _loop_around(each.f_code.co_filename, each.f_lineno)) is not None:
            return f"{each.f_code.co_filename}:{line}"
    return place(judged[0]) if judged else None


def _loop_around(filename: str, line: int) -> int | None:
    """The first line of the innermost `while` or `for` that holds a line, within the function that holds it."""
    if (tree := _tree(filename)) is None:
        return None
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, _LOOPS + _FUNCTIONS) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    innermost = max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0)), default=None)
    return innermost.lineno if isinstance(innermost, _LOOPS) else None


def cleans_up(code: CodeType, line: int) -> bool:
    """
    Whether a generator that is suspended in this line has something to do when it is closed: a `try` or a `with`
    around it. Where its source cannot be read, it has.
    """
    if (tree := _tree(code.co_filename)) is None:
        return True
    first = code.co_firstlineno
    return any(
        isinstance(node, _BLOCKS) and first <= node.lineno <= line <= (node.end_lineno or 0) for node in ast.walk(tree)
    )


def _tree(filename: str) -> ast.Module | None:
    """The source of a file; None where it cannot be read."""
    for _ in range(_ATTEMPTS):
        try:
            return ast.parse(Path(filename).read_bytes())
        except (OSError, SyntaxError, ValueError):
            return None
        except SystemError:  # Python 3.11, when another thread parses something at the same moment.
            continue
    return None


def place_of_error(error: BaseException) -> str | None:
    """Where an error was raised: the deepest line of judged code in its traceback, also inside exception groups."""
    if isinstance(error, BaseExceptionGroup):
        return next((found for inner in error.exceptions if (found := place_of_error(inner))), None)
    found = None
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if not is_library(code.co_filename):
            found = f"{code.co_filename}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found or (place_of_error(error.__cause__) if error.__cause__ else None)


def line_of_error(error: BaseException, path: Path) -> int | None:
    """The deepest line of one file that an error came through, also inside exception groups."""
    if isinstance(error, BaseExceptionGroup):
        return next((found for inner in error.exceptions if (found := line_of_error(inner, path))), None)
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == str(path)]
    return lines[-1] if lines else None


def of_thread(ident: int) -> FrameType | None:
    """The innermost frame of a thread, whatever it runs."""
    return stacks().get(ident)


def stacks() -> dict[int, FrameType]:
    """
    The innermost frame of every thread.

    No garbage is collected meanwhile: up to Python 3.12 the process stands still for ever when a `threading.local` is
    thrown away while the frames are gathered (both want the lock on the list of threads).
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()
    finally:
        if collects:
            gc.enable()
