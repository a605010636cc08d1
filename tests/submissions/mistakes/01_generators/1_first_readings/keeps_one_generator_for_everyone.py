# caught by: test_everyone_gets_readings_of_their_own
# learner reads: gave the same iterator to everyone, and an iterator can be gone through once
# seen in the wild: a generator made once, beside the app

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


def each_reading() -> Iterable[str]:
    for hour in range(5):
        yield measure(hour)


STREAM = each_reading()


def first_readings() -> Iterable[str]:
    return STREAM


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
