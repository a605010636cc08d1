# caught by: test_everyone_gets_readings_of_their_own
# learner reads: two read in turn

import threading
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


now = threading.local()


def first_readings() -> Iterable[str]:
    now.hour = 0
    while now.hour < 5:
        yield measure(now.hour)
        now.hour += 1


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
