# caught by: test_a_player_can_seek
# learner reads: Range: bytes=199999-200000

import re
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


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
    wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", ""))
    if wanted is None:
        return FileResponse(path, filename=path.name)
    video = path.read_bytes()
    size = len(video)
    first = int(wanted[1]) if wanted[1] else size - int(wanted[2])
    last = int(wanted[2]) if wanted[1] and wanted[2] else size - 1
    if first >= size:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    part = f"bytes {first}-{last}/{size}"
    return Response(video[first : last + 1], 206, {"Content-Range": part, "Accept-Ranges": "bytes"}, "video/mp4")
