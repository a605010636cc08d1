"""What a chunk costs: one file of 32 MiB, sent in six ways. Server and client are two processes."""

import subprocess
import sys
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
from fastapi import FastAPI
from fastapi.responses import FileResponse, Response, StreamingResponse
from waterclock.live import Server

KIB, MIB = 1024, 1024 * 1024
WAYS = {
    "Response(file.read())": "/whole",
    "sync generator, 8 KiB": f"/sync?size={8 * KIB}",
    "sync generator, 64 KiB": f"/sync?size={64 * KIB}",
    "sync generator, 1 MiB": f"/sync?size={MIB}",
    "async generator, 64 KiB": f"/async?size={64 * KIB}",
    "FileResponse": "/file",
}
CLIENT = """
import socket, sys, time
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as client:
    client.sendall(f"GET {sys.argv[2]} HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n".encode())
    began, buffer = time.perf_counter(), bytearray(1024 * 1024)
    while client.recv_into(buffer): pass
print(time.perf_counter() - began)
"""


def make(path: Path) -> FastAPI:
    app = FastAPI()

    @app.get("/whole")
    def whole() -> Response:
        return Response(path.read_bytes())

    @app.get("/sync")
    def sync(size: int) -> StreamingResponse:
        def pieces() -> Iterator[bytes]:
            with path.open("rb") as file:
                while piece := file.read(size):
                    yield piece

        return StreamingResponse(pieces())

    @app.get("/async")
    async def asynchronous(size: int) -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            async with await anyio.open_file(path, "rb") as file:
                while piece := await file.read(size):
                    yield piece

        return StreamingResponse(pieces())

    @app.get("/file")
    def file() -> FileResponse:
        return FileResponse(path)

    return app


def fetch(port: int, way: str) -> float:
    """Seconds from the request to the last byte."""
    return float(subprocess.check_output([sys.executable, "-c", CLIENT, str(port), way]))


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "radar.bin")
        with path.open("wb") as file:
            file.truncate(32 * MIB)
        with Server(make(path)) as server:
            print(f"{'':25} {'MiB per second':>16} {'peak memory':>14}")
            for name, way in WAYS.items():
                seconds = min(fetch(server.port, way) for _ in range(2))
                tracemalloc.start()
                fetch(server.port, way)
                peak = tracemalloc.get_traced_memory()[1] / MIB
                tracemalloc.stop()
                print(f"{name:25} {32 / seconds:16.0f} {peak:10.1f} MiB")


if __name__ == "__main__":
    main()
