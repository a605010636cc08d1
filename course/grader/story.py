"""What the grader did, in words, and where the code stands that it did it to."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from waterclock.expectations import seconds
from waterclock.feed import Source


class Story:
    """Told as it happens. `str()` gives one sentence: what was done, in order."""

    def __init__(self) -> None:
        self.seen: str | None = None
        """`file:line` of the function or endpoint that was called first."""
        self.says: str | None = None
        """The grader's own sentence, where it gave one."""
        self._parts: list[str] = []
        self._waited: int | None = None

    def told(self, part: str) -> None:
        self._waited = None
        if not self._parts or self._parts[-1] != part:
            self._parts.append(part)

    def waited(self, until: float) -> None:
        """Several waits in a row are one."""
        part = f"waited until {seconds(until)}"
        if self._waited is not None:
            self._parts[self._waited] = part
        elif until > 0:
            self._waited = len(self._parts)
            self._parts.append(part)

    def follow_source(self, source: Source, called: str) -> None:
        """Listens to what the grader lets a source do."""
        real_release, real_end, real_fail = source.release, source.end, source.fail

        def release(*items: Any, at: float | None = None) -> None:
            self.told((_some(len(items), called)) + _when(at))
            real_release(*items, at=at)

        def end(at: float | None = None) -> None:
            self.told("the source ended" + _when(at))
            real_end(at)

        def fail(error: BaseException, at: float | None = None) -> None:
            self.told(f"the source failed with {type(error).__name__}" + _when(at))
            real_fail(error, at)

        source.release, source.end, source.fail = release, end, fail  # type: ignore[method-assign]

    def __str__(self) -> str:
        if self.says is not None:
            return self.says
        shown = self._parts if len(self._parts) <= 6 else [*self._parts[:3], "…", *self._parts[-2:]]
        return ", then ".join(shown) or "opened your file"


def place_of(function: Callable[..., Any]) -> str | None:
    """`file:line` of a function's `def`."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else None


def place_of_route(app: Any, method: str, path: str) -> str | None:
    """`file:line` of the endpoint that an app would choose, None where there is none."""
    scope = {"type": "http", "method": method, "path": path.partition("?")[0], "root_path": "", "headers": []}
    for route in getattr(app, "routes", ()):
        try:
            match, _ = route.matches(scope)
        except Exception:
            continue
        if match.value == 2 and getattr(route, "endpoint", None) is not None:
            place = place_of(route.endpoint)
            # The documentation pages are FastAPI's own.
            return place if place and "fastapi" not in place else None
    return None


def matching(error: str | None, whys: Mapping[str, str]) -> str | None:
    """The first of the `whys` whose key stands in the error's text."""
    return next((why for said, why in whys.items() if said in (error or "")), None)


def _some(count: int, called: str) -> str:
    if count == 1:
        return f"{'an' if called[0] in 'aeiou' else 'a'} {called}"
    return f"{count} {called}s"


def _when(at: float | None) -> str:
    return "" if at is None else f" at {seconds(at)}"
