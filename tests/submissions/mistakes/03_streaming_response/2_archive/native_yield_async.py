# caught by: test_the_file_is_closed_when_the_client_leaves
# learner reads: its `with` or `finally` waits for the garbage collector

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


class Table(StreamingResponse):
    media_type = "text/csv"


def known(year: str, response: Response) -> Path:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    response.headers["Content-Disposition"] = f'attachment; filename="{year}.csv"'
    return path


@app.get("/archive/{year}", response_class=Table)
async def archive(path: Annotated[Path, Depends(known)]) -> AsyncIterator[bytes]:
    with gzip.GzipFile(path) as file:
        while chunk := await to_thread.run_sync(file.read, CHUNK):
            yield chunk
