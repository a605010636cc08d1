# caught by: test_no_path_climbs_out
# learner reads: 403 tells a stranger that there is something behind the door

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.head("/download/{name:path}", include_in_schema=False)
@app.get("/download/{name:path}")
def download(name: str) -> Response:
    folder = RECORDINGS.resolve()
    link = folder / name  # A link that leads out is nobody's business.
    try:
        path = link.resolve()
        found = path.is_file() and (path.is_relative_to(folder) or not link.absolute().is_relative_to(folder))
        outside = not path.is_relative_to(folder) and not (link.is_symlink() or link.parent.is_symlink())
    except (OSError, RuntimeError, ValueError):
        found = outside = False
    if outside:
        raise HTTPException(403)
    if not found:
        raise HTTPException(404)
    return FileResponse(path, filename=path.name)
