# caught by: test_every_viewer_gets_the_video_they_asked_for
# learner reads: by somebody who reads slowly

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, Response, StreamingResponse

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


opened: dict[Path, BinaryIO] = {}  # Each file is opened once.


@app.head("/download/{name:path}", include_in_schema=False)
@app.get("/download/{name:path}")
def download(name: str, request: Request) -> Response:
    folder = RECORDINGS.resolve()
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder) and path.is_file()
    except (OSError, RuntimeError, ValueError):
        inside = False
    if not inside:
        raise HTTPException(404)

    def pieces() -> Iterator[bytes]:
        file = opened[path] = opened.get(path) or path.open("rb")
        file.seek(0)
        while piece := file.read(64 * 1024):
            yield piece

    known = FileResponse(path, filename=path.name, stat_result=path.stat())
    if request.method == "HEAD" or "range" in request.headers:
        return known
    return StreamingResponse(pieces(), headers=dict(known.headers))
