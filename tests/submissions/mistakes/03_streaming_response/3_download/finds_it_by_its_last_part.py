# caught by: test_the_file_arrives_with_its_length_and_its_type
# learner reads: which folder stands before it makes no difference

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.head("/download/{name:path}", include_in_schema=False)
@app.get("/download/{name:path}")
def download(name: str) -> Response:
    folder = RECORDINGS.resolve()
    wanted = Path(name).name
    path = next((each for each in sorted(folder.rglob("*")) if each.name == wanted and each.is_file()), None)
    if path is None or not path.resolve().is_relative_to(folder):
        raise HTTPException(404)
    return FileResponse(path, filename=Path(name).name)
