# caught by: test_the_table_arrives_in_chunks
# learner reads: The file was closed before the first byte was read
# seen in the wild: the `with` of a synchronous handler, kept when the answer became a stream

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
    with gzip.open(path) as file:
        return StreamingResponse(iter(lambda: file.read(CHUNK), b""), media_type="text/csv", headers=name)
