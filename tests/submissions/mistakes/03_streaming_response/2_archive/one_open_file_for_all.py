# caught by: test_each_client_gets_the_table_it_asked_for
# learner reads: three clients at once, who read in turns

import functools
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


@functools.lru_cache
def opened(path: Path) -> gzip.GzipFile:
    return gzip.GzipFile(path)


@app.get("/archive/{year}")
def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    file = opened(path)

    def close() -> None:
        opened.cache_clear()
        file.close()

    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}

    def chunks() -> Iterator[bytes]:
        with file:
            while chunk := file.read(CHUNK):
                yield chunk

    return StreamingResponse(chunks(), media_type="text/csv", headers=name, background=BackgroundTask(close))
