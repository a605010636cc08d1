# approach: a dependency with `yield` owns the file: FastAPI ends it in every case

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


def unpacked(year: str) -> Iterator[gzip.GzipFile]:
    path = ARCHIVE / f"{year}.csv.gz"
    if not re.fullmatch("[0-9]{4}", year) or not path.exists():
        raise HTTPException(404)
    with gzip.open(path) as file:
        yield file


@app.get("/archive/{year}")
def archive(year: str, file: Annotated[Any, Depends(unpacked)]) -> Response:
    return StreamingResponse(
        iter(lambda: file.read(CHUNK), b""),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={year}.csv"},
    )
