"""
03.2 · Archive (core, 25 min)

Skylark keeps each year in a file such as `2024.csv.gz`: half as big on disk as the table inside, with
a gzip member for each month. Serve the table as `text/csv`, to be saved as `2024.csv`
(Content-Disposition). Unpack it while it is sent, in chunks of 64 KiB, no further than the client has
come, and hold up nobody else meanwhile. A year that is not there is a 404. "latest" is no year, so it
is not there, whatever lies in the folder. A damaged file breaks the download off: it must not look
complete. Whichever way a download ends, its file is closed: in every case, by you, not by the garbage
collector.

To try it by hand, put a file such as archive/2024.csv.gz into the folder you start from.

Read: lesson 03, "Who closes the file".      Check: course check 03.2
"""

import gzip
from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

app = FastAPI(title="03.2 Archive")

ARCHIVE = Path("archive")  # In the folder that the server is started from.
CHUNK = 64 * 1024


@app.get("/archive/{year}")
def archive(year: str) -> Response:
    # TODO: unpack while sending, answer 404 for a year that is not there, and close the file in every case.
    with gzip.open(ARCHIVE / f"{year}.csv.gz") as file:
        return Response(file.read(), media_type="text/csv")
