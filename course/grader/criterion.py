"""Criteria: the functions of a grader, in order, each with the sentence that a learner reads."""

import inspect
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any, overload

from course.criteria import Criterion

if TYPE_CHECKING:
    from course.grader.exercise import Exercise

Check = Callable[["Exercise"], None]


@overload
def criterion(check: Check) -> Check: ...
@overload
def criterion(*, needs: Check | Iterable[Check] = (), live: bool = False) -> Callable[[Check], Check]: ...
def criterion(check: Check | None = None, *, needs: Check | Iterable[Check] = (), live: bool = False) -> Any:
    """
    Marks a grader function as a criterion. Its docstring is its sentence; its one parameter is `ex`.

    `needs`: the criterion, or criteria, that must have passed first. `live`: judged on a real server.
    """
    needed = (needs,) if callable(needs) else tuple(needs)

    def mark(function: Check) -> Check:
        function.__criterion__ = Criterion(  # type: ignore[attr-defined]
            name=function.__name__,
            sentence=" ".join((inspect.getdoc(function) or "").split()),
            needs=tuple(each.__name__ for each in needed),
            live=live,
            line=function.__code__.co_firstlineno,
        )
        return function

    return mark(check) if check is not None else mark


def criteria_of(grader: ModuleType) -> list[Criterion]:
    """All criteria of a grader module, in the order of the file."""
    found = [value.__criterion__ for value in vars(grader).values() if hasattr(value, "__criterion__")]
    return sorted(found, key=lambda each: each.line)
