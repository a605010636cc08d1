# caught by: test_a_damaged_file_breaks_the_download_off
# learner reads: does not begin like one

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


def packed(year: str) -> Iterator[BinaryIO]:
    if not re.fullmatch("[0-9]{4}", year):
        raise HTTPException(404)
    try:
        file = (ARCHIVE / f"{year}.csv.gz").open("rb")
    except OSError:
        raise HTTPException(404) from None
    with file:
        yield file


def parts(raw: BinaryIO) -> Iterator[bytes]:
    packed = raw.read(CHUNK)
    while packed.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(31)
        while not member.eof:
            packed = packed or raw.read(CHUNK)
            if not packed:
                raise EOFError("the file is cut off")
            yield member.decompress(packed, CHUNK)
            packed = member.unconsumed_tail
        packed = member.unused_data
        if len(packed) < 2:
            packed += raw.read(CHUNK)


def pieces(parts: Iterator[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for part in parts:
        waiting += part
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK])
            del waiting[:CHUNK]
    if waiting:
        yield bytes(waiting)


@app.get("/archive/{year}")
def archive(year: str, file: Annotated[BinaryIO, Depends(packed)]) -> Response:
    return StreamingResponse(
        pieces(parts(file)),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{year}.csv"'},
    )
