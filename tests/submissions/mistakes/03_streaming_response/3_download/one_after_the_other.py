# caught by: test_every_viewer_gets_the_video_they_asked_for
# learner reads: while somebody else reads slowly

import asyncio
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


busy = asyncio.Lock()


class Video(FileResponse):
    """The disk is slow: one viewer at a time."""

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        async with busy:
            await super().__call__(scope, receive, send)


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
    return Video(path, filename=Path(name).name)
