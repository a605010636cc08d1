# caught by: test_a_year_that_is_not_there_is_a_404
# learner reads: where no folder is

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


def table(year: str) -> Iterator[BinaryIO]:
    there = {path.name for path in ARCHIVE.iterdir()}
    if not re.fullmatch("[0-9]{4}", year) or f"{year}.csv.gz" not in there:
        raise HTTPException(404)
    with gzip.open(ARCHIVE / f"{year}.csv.gz") as file:
        yield file


@app.get("/archive/{year}")
def archive(year: str, file: Annotated[BinaryIO, Depends(table)]) -> Response:
    return StreamingResponse(
        iter(lambda: file.read(CHUNK), b""),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{year}.csv"'},
    )
