# caught by: test_a_player_can_seek
# learner reads: everything comes from the start, and a player cannot seek

from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response, StreamingResponse

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

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(64 * 1024):
                yield chunk

    known = FileResponse(path, filename=path.name, stat_result=path.stat())
    return StreamingResponse(chunks(), headers=dict(known.headers))
