# caught by: test_memory_stays_flat
# learner reads: MiB of memory for a table of 8 MiB

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


@functools.cache
def kept(path: Path) -> list[bytes]:
    return []


@app.get("/archive/{year}")
def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    file = gzip.GzipFile(path)
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}

    have = kept(path)

    def chunks() -> Iterator[bytes]:
        number = 0
        with file:
            while True:
                if number == len(have):
                    have.append(file.read(CHUNK))
                if not have[number]:
                    return
                yield have[number]
                number += 1

    return StreamingResponse(chunks(), media_type="text/csv", headers=name, background=BackgroundTask(file.close))
