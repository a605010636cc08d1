# caught by: test_the_table_arrives_in_chunks
# learner reads: What arrived is the file as it lies on the disk

import re
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


@app.get("/archive/{year}")
def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    return FileResponse(path, media_type="text/csv", filename=f"{year}.csv")
