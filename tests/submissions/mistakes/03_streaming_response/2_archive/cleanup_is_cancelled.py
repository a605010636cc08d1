# caught by: test_the_file_is_closed_when_the_client_leaves
# learner reads: left when 64 KiB had come and no more was wanted

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
def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    file = gzip.GzipFile(path)
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}

    async def chunks() -> AsyncIterator[bytes]:
        try:
            while chunk := await to_thread.run_sync(file.read, CHUNK):
                yield chunk
        finally:
            await to_thread.run_sync(file.close)

    return StreamingResponse(chunks(), media_type="text/csv", headers=name)
