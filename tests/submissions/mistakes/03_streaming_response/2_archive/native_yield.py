# caught by: test_the_file_is_closed_when_the_client_leaves
# learner reads: stops asking your generator for more, and does not close it

import gzip
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

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
def archive(path: Annotated[Path, Depends(known)]) -> Iterable[bytes]:
    with gzip.open(path) as file:
        while chunk := file.read(CHUNK):
            yield chunk
