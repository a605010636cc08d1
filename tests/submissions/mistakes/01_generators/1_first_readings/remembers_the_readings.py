# caught by: test_everyone_gets_readings_of_their_own
# learner reads: A reading was given to more than one of them
# seen in the wild: `functools.cache` on whatever is slow

import time
from collections.abc import Iterable
from functools import cache

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()

DEGREES = [10.8, 9.8, 9.2, 9.0, 9.2]


def measure(hour: int) -> str:
    """Ask the station for one reading. It takes a second to answer."""
    time.sleep(1)
    return f"{hour:02}:00 {DEGREES[hour]} C\n"


remembered = cache(measure)


def first_readings() -> Iterable[str]:
    for hour in range(5):
        yield remembered(hour)


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
