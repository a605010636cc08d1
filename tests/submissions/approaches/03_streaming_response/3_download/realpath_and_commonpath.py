# approach: os.path instead of pathlib, and one route for both methods

import os
from pathlib import Path

import anyio
from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.api_route("/download/{name:path}", methods=["GET", "HEAD"])
async def download(name: str) -> Response:
    def find() -> str | None:
        folder = os.path.realpath(RECORDINGS)
        try:
            path = os.path.realpath(os.path.join(folder, name))  # noqa: PTH118
        except ValueError:
            return None
        return path if os.path.commonpath([folder, path]) == folder and os.path.isfile(path) else None  # noqa: PTH113

    path = await anyio.to_thread.run_sync(find)
    if path is None:
        raise HTTPException(404, "not found")
    return FileResponse(path, filename=os.path.basename(path))  # noqa: PTH119
