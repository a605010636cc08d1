"""The lessons' apps behind their mounts, each on its own feet: one that is broken does not take the others down."""

import contextlib
from typing import Any

from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from course.catalog import Catalog, Lesson
from course.loading import Unloadable, load


class LessonApp:
    """A lesson's app behind its mount: started with the server, or 503 with the reason it did not."""

    def __init__(self, catalog: Catalog, lesson: Lesson) -> None:
        self.lesson = lesson
        self._file = catalog.shown(lesson.app)
        self.reason = ""
        self._app: FastAPI | None = None
        self._state: dict[str, Any] = {}
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
        if self._app is not None and not self.reason:
            await self._app({**scope, "state": {**scope.get("state", {}), **self._state}}, receive, send)
            return
        text = f"The app of lesson {self.lesson.number} does not run. {self.reason}\n{self._file}\n"
        await PlainTextResponse(text, status_code=503)(scope, receive, send)
