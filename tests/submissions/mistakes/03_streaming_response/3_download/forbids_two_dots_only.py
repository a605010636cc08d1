# caught by: test_no_path_climbs_out
# learner reads: forgets the folder when `name` begins with a slash

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.head("/download/{name:path}", include_in_schema=False)
@app.get("/download/{name:path}")
def download(name: str) -> Response:
    try:
        path = RECORDINGS / name
        found = path.is_file()
    except (OSError, ValueError):
        found = False
    if not found or ".." in Path(name).parts or path.is_symlink() or path.parent.is_symlink():
        raise HTTPException(404)
    return FileResponse(path, filename=Path(name).name)
