# approach: StaticFiles, mounted, with a name to save under and a 404 for what can be no name

from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


class Videos(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except (OSError, ValueError):
            raise HTTPException(404) from None
        response.headers["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(Path(path).name)}"
        return response


app.mount("/download", Videos(directory=RECORDINGS, check_dir=False))
