# caught by: test_the_file_arrives_with_its_length_and_its_type
# learner reads: no content-length header

from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse

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

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as file:
            while piece := file.read(64 * 1024):
                yield piece

    return StreamingResponse(pieces(), media_type="video/mp4")
