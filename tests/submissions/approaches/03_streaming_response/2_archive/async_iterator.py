# approach: a class with __anext__ that reads in the loop's executor, and a dependency for the file

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


class Chunks:
    def __init__(self, file: gzip.GzipFile) -> None:
        self.file = file

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        chunk = await asyncio.get_running_loop().run_in_executor(None, self.file.read, CHUNK)
        if not chunk:
            raise StopAsyncIteration
        return chunk


def unpacked(year: str) -> Iterator[gzip.GzipFile]:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (len(year) == 4 and year.isdecimal() and path.is_file()):
        raise HTTPException(404)
    with closing(gzip.GzipFile(path)) as file:
        yield file


@app.get("/archive/{year}")
async def archive(year: str, file: Annotated[Any, Depends(unpacked)]) -> Response:
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}
    return StreamingResponse(Chunks(file), media_type="text/csv", headers=name)
