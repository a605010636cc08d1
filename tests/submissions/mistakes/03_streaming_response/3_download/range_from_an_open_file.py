# caught by: test_no_file_stays_open_when_viewers_leave
# learner reads: 12 open

import re
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, Response, StreamingResponse

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
        known = FileResponse(path, filename=path.name, stat_result=path.stat())
        if request.method == "HEAD":
            return known
        file = path.open("rb")
        return StreamingResponse(iter(lambda: file.read(64 * 1024), b""), headers=dict(known.headers))
    size = path.stat().st_size
    first = int(wanted[1]) if wanted[1] else size - int(wanted[2])
    last = min(int(wanted[2]), size - 1) if wanted[1] and wanted[2] else size - 1
    if first >= size:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as opened:
        opened.seek(first)
        video = opened.read(last + 1 - first)
    part = f"bytes {first}-{last}/{size}"
    return Response(video, 206, {"Content-Range": part, "Accept-Ranges": "bytes"}, "video/mp4")
