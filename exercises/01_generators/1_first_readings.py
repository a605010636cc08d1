"""
01.1 · First readings (warm-up, 5 min)

The station takes a second for each reading. The app below streams whatever `first_readings` gives
it, and for five seconds it is given nothing. Make each reading leave as soon as it is measured.
Every reader gets five fresh ones, and a station that fails must not look like the end.

Watch it as often as you like:   course trace 01.1 /readings

Read: lesson 01, "Return or yield".      Check: course check 01.1
"""

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
    # TODO: hand over each reading before the next one is measured.
    readings = []
    for hour in range(5):
        readings.append(measure(hour))
    return readings


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
