"""Twenty clients begin a download of 16 MiB, stop reading, and leave. How many files are still open?"""

import gc
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO

import anyio
from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse, StreamingResponse
from starlette.background import BackgroundTask
from waterclock.live import NotSeen, Server

from course.grader.probes import open_files

app = FastAPI()
SIZE = 64 * 1024
path: Path


def pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(SIZE):
            yield piece


@app.get("/sync generator with `with`")
def sync_generator() -> StreamingResponse:
    return StreamingResponse(pieces(path.open("rb")))


@app.get("/sync generator + BackgroundTask")
def background() -> StreamingResponse:
    file = path.open("rb")
    return StreamingResponse(pieces(file), background=BackgroundTask(file.close))


def recording() -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        yield file


@app.get("/dependency with `yield`")
def dependency(file: Annotated[BinaryIO, Depends(recording)]) -> StreamingResponse:
    return StreamingResponse(iter(lambda: file.read(SIZE), b""))


@app.get("/async generator")
async def async_generator() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        async with await anyio.open_file(path, "rb") as file:
            while piece := await file.read(SIZE):
                yield piece

    return StreamingResponse(pieces())


@app.get("/endpoint that yields, sync", response_class=StreamingResponse)
def endpoint() -> Iterator[bytes]:
    yield from pieces(path.open("rb"))


@app.get("/endpoint that yields, async", response_class=StreamingResponse)
async def async_endpoint() -> AsyncIterator[bytes]:
    async with await anyio.open_file(path, "rb") as file:
        while piece := await file.read(SIZE):
            yield piece


@app.get("/FileResponse")
def file_response() -> FileResponse:
    return FileResponse(path)


def left_open(server: Server, way: str) -> int:
    clients = [server.get(way.replace(" ", "%20")).wait(bytes=1) for _ in range(20)]
    for client in clients:
        client.pause()
    time.sleep(0.3)  # Until every buffer on the way is full.
    for client in clients:
        client.leave()
    try:
        server.until(lambda: not open_files(path), "every file to be closed", within=0.5)
    except NotSeen:
        return len(open_files(path))
    return 0


def main() -> None:
    global path
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, Server(app) as server:
        path = Path(folder, "radar.bin")
        with path.open("wb") as file:
            file.truncate(16 * 1024 * 1024)
        for way in (
            "sync_generator",
            "endpoint",
            "async_endpoint",
            "async_generator",
            "background",
            "dependency",
            "file_response",
        ):
            address = app.url_path_for(way)
            gc.collect()
            gc.disable()  # The garbage collector would tidy up, one day. Nobody knows which.
            print(f"{address[1:]:33} {left_open(server, address):2} files open")
            gc.enable()


if __name__ == "__main__":
    main()
