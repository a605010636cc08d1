# caught by: test_head_answers_the_headers
# learner reads: Look before you return it

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
        inside = path.is_relative_to(folder) and (path.is_file() or request.method == "HEAD")
    except (OSError, RuntimeError, ValueError):
        inside = False
    if not inside:
        raise HTTPException(404)
    return FileResponse(path, filename=Path(name).name)
