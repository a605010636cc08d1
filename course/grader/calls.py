"""Calling a learner's functions: what is said when a call does not fit, or gives nothing that can be read."""

import inspect
from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any

from waterclock.expectations import Unmet
from waterclock.lab import Lab

from course.grader.story import Story, place_of

NOTHING = "A function with neither `return` nor `yield` gives None; what it prints is seen by you, and by nobody else."
COROUTINE = "An `async def` without a `yield` gives a coroutine, which is no stream: its values come out by `yield`."


def told(function: Callable[..., Any]) -> Callable[..., Any]:
    """Says which call was expected when the learner's function has other parameters: its own, not those it wraps."""
    signature = inspect.signature(function, follow_wrapped=False)

    def call(*arguments: Any, **named: Any) -> Any:
        try:
            signature.bind(*arguments, **named)
        except TypeError as error:
            raise Unmet(
                did=f"called {shown(function, arguments, named)}",
                expected="a function that takes these arguments",
                observed=f"{function.__name__}{signature}: {error}",
                where=place_of(function),
            ) from None
        return function(*arguments, **named)

    call.__name__ = function.__name__
    return call


def asked(function: Callable[..., Any], lab: Callable[[], Lab], story: Story) -> Callable[..., Any]:
    """The learner's function as a grader calls it: in the lab, unless calling it runs nothing yet."""
    if (
        inspect.isgeneratorfunction(function)
        or inspect.isasyncgenfunction(function)
        or inspect.iscoroutinefunction(function)
    ):
        return told(function)

    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return lab().call(told(function), *arguments, **named)
        except BaseException:
            story.told(f"called {shown(function, arguments, named)}")
            raise

    return call


def shown(function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> str:
    """A call without its values: `in_batches(…, size=…)`."""
    return f"{function.__name__}({', '.join([*('…' for _ in arguments), *(f'{name}=…' for name in named)])})"


def must_be_iterable(value: Any, called: str | None) -> None:
    """Says so at once when what a function gave cannot be gone through: all that follows would be a riddle."""
    if isinstance(value, AsyncIterable | Iterable):
        return
    if inspect.iscoroutine(value):
        value.close()  # Nobody is going to await it.
    raise Unmet(
        did=f"called `{called}`" if called else "asked for its values",
        expected="something to iterate over, such as a list or a generator",
        observed="None" if value is None else f"{value!r:.60}, of type {type(value).__name__}",
        why=NOTHING if value is None else COROUTINE if inspect.iscoroutine(value) else None,
    )
