# caught by: test_a_year_that_is_not_there_is_a_404
# learner reads: When the generator runs, the status 200 has left already.

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
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}

    async def chunks() -> AsyncIterator[bytes]:
        try:
            file = await to_thread.run_sync(gzip.GzipFile, ARCHIVE / f"{year}.csv.gz")
        except FileNotFoundError:
            raise HTTPException(404) from None
        with file:
            while chunk := await to_thread.run_sync(file.read, CHUNK):
                yield chunk

    return StreamingResponse(chunks(), media_type="text/csv", headers=name)
