# caught by: test_the_table_arrives_in_chunks
# learner reads: the largest of 1,048,576 bytes

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


@app.get("/archive/{year}")
def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    file = gzip.GzipFile(path)
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}

    def chunks() -> Iterator[bytes]:
        with file:
            while chunk := file.read(1024 * 1024):
                yield chunk

    return StreamingResponse(chunks(), media_type="text/csv", headers=name, background=BackgroundTask(file.close))
