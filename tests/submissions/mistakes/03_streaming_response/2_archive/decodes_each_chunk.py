# caught by: test_the_table_arrives_in_chunks
# learner reads: bytes, the first ones

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
    if not re.fullmatch("[0-9]{4}", year):
        raise HTTPException(404)
    try:
        file = gzip.open(ARCHIVE / f"{year}.csv.gz")
    except OSError:
        raise HTTPException(404) from None
    with file:
        yield file


def chunks(file: BinaryIO) -> Iterator[str]:
    while chunk := file.read(CHUNK):
        yield chunk.decode("utf-8", errors="replace")


@app.get("/archive/{year}")
def archive(year: str, file: Annotated[BinaryIO, Depends(table)]) -> Response:
    return StreamingResponse(
        chunks(file), media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{year}.csv"'}
    )
