# caught by: test_each_reading_is_its_own_chunk
# learner reads: With a Content-Length the body goes out as one piece
# seen in the wild: a Content-Length on a stream, for the progress bar

import time
from collections.abc import Iterable

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()

DEGREES = [10.8, 9.8, 9.2, 9.0, 9.2]


def measure(hour: int) -> str:
    """Ask the station for one reading. It takes a second to answer."""
    time.sleep(1)
    return f"{hour:02}:00 {DEGREES[hour]} C\n"


def first_readings() -> Iterable[str]:
    for hour in range(5):
        yield measure(hour)


@app.get("/readings")
def readings() -> StreamingResponse:
    length = {"Content-Length": "61"}  # Five lines; their length is known.
    return StreamingResponse(first_readings(), media_type="text/plain", headers=length)
