# approach: an async generator that reads in threads: it is cancelled at its next read, and ends, when the client leaves

import gzip
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
    if not year.isdecimal():
        raise HTTPException(404)
    try:
        file = await to_thread.run_sync(gzip.GzipFile, ARCHIVE / f"{year}.csv.gz")
    except OSError:
        raise HTTPException(404) from None

    async def chunks() -> AsyncIterator[bytes]:
        try:
            while chunk := await to_thread.run_sync(file.read, CHUNK):
                yield chunk
        finally:
            file.close()

    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}
    return StreamingResponse(chunks(), media_type="text/csv", headers=name)
