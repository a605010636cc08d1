# approach: all of it by hand, in an async generator whose file closes itself

import mimetypes
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import anyio
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


async def pieces(path: Path, first: int, size: int) -> AsyncIterator[bytes]:
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(first)
        while piece := await file.read(min(size, 16 * 1024)):
            size -= len(piece)
            yield piece


@app.api_route("/download/{name:path}", methods=["GET", "HEAD"])
def download(name: str, request: Request) -> Response:
    try:
        path = (RECORDINGS / name).resolve(strict=True)
        path.relative_to(RECORDINGS.resolve())
        if not path.is_file():
            raise FileNotFoundError
    except (OSError, RuntimeError, ValueError):
        raise HTTPException(404) from None
    size = path.stat().st_size
    first, last, status = 0, size - 1, 200
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(Path(name).name)}",
        "Content-Type": mimetypes.guess_type(path)[0] or "application/octet-stream",
    }
    if wanted := re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", "")):
        if not wanted[1]:
            first = max(0, size - int(wanted[2]))
        else:
            first, last = int(wanted[1]), min(last, int(wanted[2] or last))
        if first >= size:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
        status, headers["Content-Range"] = 206, f"bytes {first}-{last}/{size}"
    length = last + 1 - first
    headers["Content-Length"] = str(length)
    return StreamingResponse(() if request.method == "HEAD" else pieces(path, first, length), status, headers)
