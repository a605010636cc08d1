# approach: a response class that closes its source, whatever happened

import gzip
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import anyio
from anyio import to_thread
from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


class ClosingStreamingResponse(StreamingResponse):
    def __init__(self, content: Generator[bytes, None, None], **options: Any) -> None:
        self.source = content
        super().__init__(content, **options)

    async def __call__(self, *arguments: Any) -> None:
        try:
            await super().__call__(*arguments)
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self.source.close)


@app.get("/archive/{year}")
def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)

    def chunks() -> Generator[bytes, None, None]:
        with gzip.open(path) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}
    return ClosingStreamingResponse(chunks(), media_type="text/csv", headers=name)
