# caught by: test_what_lies_there_now_counts
# learner reads: which has come since

from functools import cache
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@cache
def find(name: str) -> Path | None:
    folder = RECORDINGS.resolve()
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder) and path.is_file()
    except (OSError, RuntimeError, ValueError):
        inside = False
    return path if inside else None


@app.head("/download/{name:path}", include_in_schema=False)
@app.get("/download/{name:path}")
def download(name: str) -> Response:
    path = find(name)
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, filename=Path(name).name)
