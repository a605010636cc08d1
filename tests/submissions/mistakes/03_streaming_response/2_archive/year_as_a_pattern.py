# caught by: test_a_year_that_is_not_there_is_a_404
# learner reads: GET /archive/%2A

import gzip
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
    found = sorted(ARCHIVE.glob(f"{year[:9]}.csv.gz"))
    if not (found and found[0].name[:4].isdecimal()):
        raise HTTPException(404)
    file = gzip.GzipFile(found[0])
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}

    def chunks() -> Iterator[bytes]:
        with file:
            while chunk := file.read(CHUNK):
                yield chunk

    return StreamingResponse(chunks(), media_type="text/csv", headers=name, background=BackgroundTask(file.close))
