# caught by: test_what_is_not_a_file_is_a_404
# learner reads: other letters than gale.mp4

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.head("/download/{name:path}", include_in_schema=False)
@app.get("/download/{name:path}")
def download(name: str) -> Response:
    folder = RECORDINGS.resolve()
    for path in folder.rglob("*"):
        known = path.relative_to(folder).as_posix()
        if known.casefold() == name.casefold() and path.is_file() and path.resolve().is_relative_to(folder):
            break
    else:
        raise HTTPException(404)
    return FileResponse(path, filename=Path(name).name)
