# caught by: test_everyone_gets_readings_of_their_own
# learner reads: one had all five before the other had any

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


one_at_a_time = threading.Lock()


def first_readings() -> Iterable[str]:
    with one_at_a_time:
        for hour in range(5):
            yield measure(hour)


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
