# caught by: test_it_never_runs_ahead
# learner reads: The work was done for the whole table

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


@app.get("/archive/{year}")
async def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}
    queue: asyncio.Queue[bytes] = asyncio.Queue()

    async def read() -> None:
        try:
            with gzip.GzipFile(path) as file:
                while chunk := await to_thread.run_sync(file.read, CHUNK):
                    queue.put_nowait(chunk)
        finally:
            queue.put_nowait(b"")

    async def chunks() -> AsyncIterator[bytes]:
        reader = asyncio.create_task(read())
        while chunk := await queue.get():
            yield chunk
        await reader

    return StreamingResponse(chunks(), media_type="text/csv", headers=name)
