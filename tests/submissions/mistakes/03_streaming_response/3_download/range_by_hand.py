# caught by: test_no_file_stays_open_when_viewers_leave
# learner reads: FileResponse closes its file itself

import re
from collections.abc import Iterator
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
    size = path.stat().st_size
    known = FileResponse(path, filename=path.name, stat_result=path.stat())
    headers, first, last, status = dict(known.headers), 0, size - 1, 200
    if wanted := re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", "")):
        status = 206
        if wanted[1]:
            first, last = int(wanted[1]), min(last, int(wanted[2] or last))
        else:
            first = max(0, size - int(wanted[2]))
        if first >= size:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
        headers |= {"content-range": f"bytes {first}-{last}/{size}", "content-length": str(last + 1 - first)}

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            file.seek(first)
            left = last + 1 - first
            while chunk := file.read(min(left, 64 * 1024)):
                left -= len(chunk)
                yield chunk

    return StreamingResponse(() if request.method == "HEAD" else chunks(), status, headers)
