# caught by: test_the_app_sends_each_reading_at_once
# learner reads: all at 0 s

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
    lines = (f"{hour:02}:00 {degrees} C\n" for hour, degrees in enumerate(DEGREES))
    return StreamingResponse(lines, media_type="text/plain")
