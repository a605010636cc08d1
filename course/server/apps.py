"""The lessons' apps behind their mounts, each on its own feet: one that is broken does not take the others down."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from course.catalog import Catalog, Lesson
from course.loading import Unloadable, load
from course.server.room import full

AT_ONCE = 24
"""Requests that one lesson works on at once. All lessons share 40 worker threads, so that the others keep some."""


class LessonApp:
    """A lesson's app behind its mount: started with the others, or 503 with the reason it did not."""

    def __init__(self, catalog: Catalog, lesson: Lesson) -> None:
        self.lesson = lesson
        self._file = catalog.shown(lesson.app)
        self.reason = ""
        self._app: FastAPI | None = None
        self._state: dict[str, Any] = {}
        self._running = 0
        try:
            self._app = load(lesson.app).app
        except Unloadable as trouble:
            self.reason = trouble.text
        except AttributeError:
            self.reason = "It has no `app`."

    async def start(self, stack: contextlib.AsyncExitStack) -> None:
        """Enter the app's lifespan: a parent does not do that for the apps it mounts."""
        if self._app is None:
            return
        try:
            state = await stack.enter_async_context(self._app.router.lifespan_context(self._app))
            self._state = dict(state or {})
        except (Exception, SystemExit) as error:  # one broken app must not take the others down
            self.reason = f"Its lifespan raised {type(error).__name__}: {error}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None or self.reason:
            text = f"The app of lesson {self.lesson.number} does not run. {self.reason}\n{self._file}\n"
            await PlainTextResponse(text, status_code=503)(scope, receive, send)
            return
        if self._running >= AT_ONCE:  # Who has left counts until the app has noticed.
            await full(f"Lesson {self.lesson.number} works on {AT_ONCE} requests already.")(scope, receive, send)
            return
        self._running += 1
        try:
            await self._app({**scope, "state": {**scope.get("state", {}), **self._state}}, receive, send)
        finally:
            self._running -= 1


def all_apps(catalog: Catalog) -> Starlette:
    """Each lesson's app under `/apps/NN`, and their lifespans."""
    lesson_apps = [LessonApp(catalog, lesson) for lesson in catalog.lessons]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for lesson_app in lesson_apps:
                await lesson_app.start(stack)
            yield

    return Starlette(routes=[Mount(f"/apps/{each.lesson.number}", each) for each in lesson_apps], lifespan=lifespan)
