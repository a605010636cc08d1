# caught by: test_unpacking_holds_up_nobody
# learner reads: read in a thread, and
# seen in the wild: aiofiles or anyio for the reading, zlib between two awaits

import re
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


@app.get("/archive/{year}")
def archive(year: str) -> Response:
    path = ARCHIVE / f"{year}.csv.gz"
    if not (re.fullmatch("[0-9]{4}", year) and path.is_file()):
        raise HTTPException(404)
    file = path.open("rb")
    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}

    async def chunks() -> AsyncIterator[bytes]:
        unpacker, rest = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), b""
        with file:
            while rest := rest or await to_thread.run_sync(file.read, CHUNK):
                if unpacker.eof:
                    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
                yield unpacker.decompress(rest, CHUNK)
                rest = unpacker.unconsumed_tail or unpacker.unused_data
            while chunk := unpacker.decompress(b"", CHUNK):
                yield chunk
        if not unpacker.eof:
            raise EOFError("The file ends too early.")

    return StreamingResponse(chunks(), media_type="text/csv", headers=name, background=BackgroundTask(file.close))
