# caught by: test_it_never_runs_ahead
# learner reads: The work was done for the whole table

import gzip
import re
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
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}
    chunks = []
    with gzip.open(path) as file:
        while chunk := file.read(CHUNK):
            chunks.append(chunk)
    return StreamingResponse(chunks, media_type="text/csv", headers=name)
