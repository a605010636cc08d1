# caught by: test_each_client_gets_the_table_it_asked_for
# learner reads: a first chunk for 1; nobody has read on

import gzip
import queue
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


pool = ThreadPoolExecutor(max_workers=1)


@app.get("/archive/{year}")
def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    file = gzip.GzipFile(path)
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}

    ready: queue.Queue[bytes | Exception] = queue.Queue(maxsize=1)
    gone = threading.Event()

    def put(chunk: bytes | Exception) -> None:
        while not gone.is_set():
            try:
                return ready.put(chunk, timeout=0.1)
            except queue.Full:
                continue

    def unpack() -> None:
        try:
            with file:
                while not gone.is_set() and (chunk := file.read(CHUNK)):
                    put(chunk)
            put(b"")
        except Exception as error:
            put(error)

    def chunks() -> Iterator[bytes]:
        while chunk := ready.get():
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    pool.submit(unpack)

    return StreamingResponse(chunks(), media_type="text/csv", headers=name, background=BackgroundTask(gone.set))
