# caught by: test_the_table_arrives_in_chunks
# learner reads: 1,000,000 bytes
# seen in the wild: zlib.decompressobj over a file that was appended to

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
        unpacker, rest = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), b""
        with file:
            while not unpacker.eof and (rest := rest or file.read(CHUNK)):
                yield unpacker.decompress(rest, CHUNK)
                rest = unpacker.unconsumed_tail

    return StreamingResponse(chunks(), media_type="text/csv", headers=name, background=BackgroundTask(file.close))
