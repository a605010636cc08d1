# approach: zlib with a limit on what comes out at once, and a dependency for the file

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


def packed(year: str) -> Iterator[Any]:
    try:
        file = (ARCHIVE / f"{year}.csv.gz").open("rb")
    except FileNotFoundError:
        raise HTTPException(404) from None
    with file:
        yield file


@app.get("/archive/{year}")
def archive(year: str, file: Annotated[Any, Depends(packed)]) -> Response:
    def chunks() -> Iterator[bytes]:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        while not unpacker.eof:
            packed = unpacker.unconsumed_tail or file.read(CHUNK)
            if not packed:
                raise EOFError("The file ends too early.")
            if chunk := unpacker.decompress(packed, CHUNK):
                yield chunk

    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}
    return StreamingResponse(chunks(), media_type="text/csv", headers=name)
