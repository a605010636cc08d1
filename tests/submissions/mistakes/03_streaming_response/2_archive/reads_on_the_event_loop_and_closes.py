# caught by: test_unpacking_holds_up_nobody
# learner reads: reads on the event loop, while everybody else stood still

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


@app.get("/archive/{year}")
async def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    file = gzip.GzipFile(path)
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}

    async def chunks() -> AsyncIterator[bytes]:
        with file:
            while chunk := file.read(CHUNK):
                yield chunk

    return StreamingResponse(chunks(), media_type="text/csv", headers=name, background=BackgroundTask(file.close))
