# caught by: test_it_is_saved_under_its_own_name
# learner reads: `inline` asks the browser to show the video

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.head("/download/{name:path}", include_in_schema=False)
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
    return FileResponse(path, filename=Path(name).name, content_disposition_type="inline")
