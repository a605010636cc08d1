# caught by: test_the_file_arrives_with_its_length_and_its_type
# learner reads: Only the last part of the path was looked at

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.head("/download/{name:path}", include_in_schema=False)
@app.get("/download/{name:path}")
def download(name: str) -> Response:
    path = RECORDINGS / Path(name).name
    try:
        found = path.is_file() and not path.is_symlink()
    except OSError:
        found = False
    if not found:
        raise HTTPException(404)
    return FileResponse(path, filename=path.name)
