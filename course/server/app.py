"""The server's app: the site at `/`, the lessons' apps under `/apps/NN`, and what pages ask under `/course`."""

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
from course.server.board import Board
from course.server.ending import EndsWithServer
from course.server.guard import Guard
from course.server.hub import Hub
from course.server.judging import Judging
from course.server.proxy import Proxy
from course.server.rebuilding import Rebuilding
from course.server.room import Room, descriptors
from course.server.upstream import Upstream

mimetypes.add_type("text/javascript", ".mjs")  # Windows takes its table from the registry, which may say otherwise.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


class Site(StaticFiles):
    """The built site; the browser asks each time whether a page has changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


def make_app(root: Path, *, watch: bool = True, room: Room | None = None) -> FastAPI:
    """
    The server's app for the course at `root`, whose site has been built.

    `watch`: judge exercises and rebuild pages when they are saved. `app.state.stopping` is an asyncio.Event: set it to
    end all open streams. `room` bounds what is open at once; by default it is what this process may have.
    """
    catalog = Catalog(root)
    room = room or Room.within(descriptors())
    stopping = asyncio.Event()
    hub = Hub()
    board = Board(catalog, Progress(catalog))

    def tell(part: str, text: str | None) -> None:
        board.trouble(part, text)
        hub.publish("trouble", {"part": part, "text": text})

    upstream = Upstream(root, hub, tell)
    workers: list[Upstream | Judging | Rebuilding] = [upstream]
    if watch:
        workers += [Judging(catalog, board, hub, tell), Rebuilding(root, hub, tell)]

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        hub.open()
        goodbye = asyncio.create_task(_when(stopping, hub.close))
        for worker in workers:
            worker.start()
        try:
            yield
        finally:
            goodbye.cancel()
            await asyncio.gather(*(asyncio.to_thread(worker.stop) for worker in workers))

    app = FastAPI(title="Chunk by Chunk", openapi_url=None, lifespan=lifespan)
    app.state.stopping, app.state.hub, app.state.board = stopping, hub, board
    app.state.room, app.state.upstream = room, upstream
    app.add_middleware(Guard)
    app.include_router(api.router)
    apps = EndsWithServer(Proxy(upstream, room), stopping)
    for lesson in catalog.lessons:
        app.mount(f"/apps/{lesson.number}", apps)
    app.mount("/", Site(directory=root / "site", html=True, check_dir=False))  # Last: it answers every path.
    return app


async def _when(event: asyncio.Event, action: Callable[[], None]) -> None:
    await event.wait()
    action()
