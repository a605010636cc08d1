# caught by: test_the_file_is_closed_when_the_client_leaves
# learner reads: stops asking your generator for more, and does not close it
# seen in the wild: 'use a sync generator for files, `with` closes it'

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

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
            while chunk := file.read(CHUNK):
                yield chunk

    return StreamingResponse(chunks(), media_type="text/csv", headers=name)
