"""
03.3 · Download (core, 20 min)

The camera on Gull Rock leaves its videos in RECORDINGS, some of them in a folder per month. Serve
each to be saved under its own name (Content-Disposition: attachment), spaces and umlauts included,
so that a player can seek (Range) and ask for the headers alone (HEAD). Whatever is not a file
inside RECORDINGS is a 404: a folder, a path that climbs out, a link that leads out (one that stays
inside is fine), a name that no file can have.

To try it by hand, put a file into recordings/ in the folder you start from.

Read: lesson 03, "A plain file".      Check: course check 03.3
"""

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

app = FastAPI(title="03.3 Download")

RECORDINGS = Path("recordings")  # In the folder that the server is started from.


@app.get("/download/{name:path}")
def download(name: str) -> Response:
    # TODO: send the file with all that belongs to it, to GET and to HEAD, and nothing from outside RECORDINGS.
    return Response((RECORDINGS / name).read_bytes())
