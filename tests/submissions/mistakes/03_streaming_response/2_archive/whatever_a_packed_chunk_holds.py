# caught by: test_the_table_arrives_in_chunks
# learner reads: none larger than 65,536 bytes

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

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

    def chunks() -> Iterator[bytes]:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        with file:
            while packed := file.read(CHUNK):
                while packed:
                    yield unpacker.decompress(packed)
                    if packed := unpacker.unused_data:
                        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    return StreamingResponse(chunks(), media_type="text/csv", headers=name, background=BackgroundTask(file.close))
