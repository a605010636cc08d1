# approach: Starlette's StaticFiles looks the file up, FileResponse sends it

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.head("/download/{name:path}", include_in_schema=False)
@app.get("/download/{name:path}")
def download(name: str) -> Response:
    try:
        path, found = StaticFiles(directory=RECORDINGS).lookup_path(name.lstrip("/"))
    except (OSError, ValueError):
        raise HTTPException(404) from None
    if found is None or not Path(path).is_file():
        raise HTTPException(404)
    return FileResponse(path, stat_result=found, filename=Path(path).name)
