# caught by: test_no_file_stays_open_when_viewers_leave
# learner reads: 1 open

import os
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.get("/download/{name:path}")
def download(name: str) -> Response:
    folder = RECORDINGS.resolve()
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder) and path.is_file()
    except (OSError, RuntimeError, ValueError):
        inside = False
    if not inside:
        raise HTTPException(404)
    return FileResponse(path, filename=Path(name).name)


@app.head("/download/{name:path}", include_in_schema=False)
def about(name: str) -> Response:
    download(name)
    file = (RECORDINGS / name).open("rb")
    return FileResponse(file.name, filename=Path(name).name, stat_result=os.fstat(file.fileno()))
