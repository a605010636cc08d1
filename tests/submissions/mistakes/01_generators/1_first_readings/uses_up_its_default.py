# caught by: test_everyone_gets_readings_of_their_own
# learner reads: something of yours is there once for all of them.
# seen in the wild: a list as a default argument

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


def first_readings(hours: list[int] = [0, 1, 2, 3, 4]) -> Iterable[str]:  # noqa: B006
    while hours:
        yield measure(hours.pop(0))


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
