# caught by: test_nothing_is_measured_before_someone_asks
# learner reads: runs as soon as it is called, before the first reading is wanted.

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
    first = measure(0)  # To see whether the station answers at all.

    def readings() -> Iterable[str]:
        yield first
        for hour in range(1, 5):
            yield measure(hour)

    return readings()


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
