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
    if not year.isdecimal():
        raise HTTPException(404)
    try:
        file = (ARCHIVE / f"{year}.csv.gz").open("rb")
    except OSError:
        raise HTTPException(404) from None
    with file:
        yield file


@app.get("/archive/{year}")
def archive(year: str, file: Annotated[Any, Depends(packed)]) -> Response:
    def chunks() -> Iterator[bytes]:
        unpacker, rest = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), b""
        while rest := rest or file.read(CHUNK):
            if unpacker.eof:  # One member is over, and there is more.
                unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            if chunk := unpacker.decompress(rest, CHUNK):
                yield chunk
            rest = unpacker.unconsumed_tail or unpacker.unused_data
        while chunk := unpacker.decompress(b"", CHUNK):
            yield chunk
        if not unpacker.eof:
            raise EOFError("The file ends too early.")

    name = {"Content-Disposition": f'attachment; filename="{year}.csv"'}
    return StreamingResponse(chunks(), media_type="text/csv", headers=name)
