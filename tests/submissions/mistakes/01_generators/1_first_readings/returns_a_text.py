# caught by: test_each_reading_leaves_before_the_next
# learner reads: A string is a row of letters, and each of them became a chunk. `return` hands over one thing

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
        return measure(hour)


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
