# caught by: test_it_is_saved_under_its_own_name
# learner reads: haze.mov

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


def find(name: str) -> Path:
    folder = RECORDINGS.resolve()
    try:
        path = (folder / name).resolve()
        if path.is_relative_to(folder) and path.suffix == ".mp4" and path.is_file():
            return path
    except (ValueError, OSError, RuntimeError):
        pass
    raise HTTPException(404)


@app.head("/download/{name:path}", include_in_schema=False)
@app.get("/download/{name:path}")
def download(name: str) -> Response:
    path = find(name)
    return FileResponse(path, filename=path.name)
