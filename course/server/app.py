"""The server's app: the site at `/`, each lesson's app under `/apps/NN`, and what pages ask under `/course`."""

import asyncio
import contextlib
import mimetypes
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from course.catalog import Catalog
from course.progress import Progress
from course.server import api
from course.server.apps import LessonApp
from course.server.board import Board
from course.server.ending import EndsWithServer
from course.server.guard import Guard
from course.server.hub import Hub
from course.server.judging import Judging
from course.server.rebuilding import Rebuilding

mimetypes.add_type("text/javascript", ".mjs")  # Windows takes its table from the registry, which may say otherwise.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


class Site(StaticFiles):
    """The built site; the browser asks each time whether a page has changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


def make_app(root: Path, *, watch: bool = True) -> FastAPI:
    """
    The server's app for the course at `root`, whose site has been built.

    `watch`: judge exercises and rebuild pages when they are saved. `app.state.stopping` is an asyncio.Event: set it to
    end all open streams.
    """
    catalog = Catalog(root)
    lesson_apps = [LessonApp(catalog, lesson) for lesson in catalog.lessons]
    stopping = asyncio.Event()
    hub = Hub()
    board = Board(catalog, Progress(catalog))
    workers: list[Judging | Rebuilding] = [Judging(catalog, board, hub), Rebuilding(root, hub)] if watch else []

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        hub.open()
        goodbye = asyncio.create_task(_when(stopping, hub.close))
        async with contextlib.AsyncExitStack() as stack:
            for lesson_app in lesson_apps:
                await lesson_app.start(stack)
            for worker in workers:
                worker.start()
            try:
                yield
            finally:
                goodbye.cancel()
                for worker in workers:
                    await asyncio.to_thread(worker.stop)

    app = FastAPI(title="Chunk by Chunk", openapi_url=None, lifespan=lifespan)
    app.state.stopping, app.state.hub, app.state.board = stopping, hub, board
    app.add_middleware(Guard)
    app.include_router(api.router)
    for lesson_app in lesson_apps:
        app.mount(f"/apps/{lesson_app.lesson.number}", EndsWithServer(lesson_app, stopping))
    app.mount("/", Site(directory=root / "site", html=True, check_dir=False))  # Last: it answers every path.
    return app


async def _when(event: asyncio.Event, action: Callable[[], None]) -> None:
    await event.wait()
    action()
