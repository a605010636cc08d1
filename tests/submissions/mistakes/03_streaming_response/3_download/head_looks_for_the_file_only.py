# caught by: test_no_path_climbs_out
# learner reads: HEAD /download/..%2Fsecret.txt

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
    path = RECORDINGS / name
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, filename=path.name)
