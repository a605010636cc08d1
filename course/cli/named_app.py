"""The app that a word names: a lesson's or the learner's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.catalog import Catalog, Lesson
from course.cli.output import BROKEN, NOT_YET, refuse
from course.loading import Unloadable, load


@dataclass(frozen=True)
class Named:
    """An app and what to call it."""

    name: str  # "lesson 03" or "03.1 countdown"
    path: Path
    app: Any
    doc: str


def app_named(catalog: Catalog, wanted: str) -> Named:
    """Load the app of a lesson ("03") or of an exercise ("03.1"). Ends with a sentence when there is none."""
    name, path, fault = _file(catalog, wanted)
    try:
        module = load(path)
    except Unloadable as error:
        where = f"{catalog.shown(path)}:{error.line}" if error.line else catalog.shown(path)
        refuse(f"{name} does not load. {error.text}\n{where}", fault)
    app = getattr(module, "app", None)
    if not callable(app):
        refuse(f"{name} has no app to serve: {catalog.shown(path)} defines no `app`.", fault)
    return Named(name, path, app, module.__doc__ or "")


def first_path(app: Any) -> str | None:
    """The first GET route of an app that needs nothing filled in."""
    for route in getattr(app, "routes", ()):
        path, methods = getattr(route, "path", ""), getattr(route, "methods", None) or ()
        if "GET" in methods and "{" not in path and getattr(route, "include_in_schema", False):
            return str(path)
    return None


def _file(catalog: Catalog, wanted: str) -> tuple[str, Path, int]:
    found = catalog.find(wanted)
    if isinstance(found, Lesson):
        return f"Lesson {found.number}", found.app, BROKEN
    return f"{found.id} {found.name}", found.path, NOT_YET
