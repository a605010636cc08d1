# caught by: test_everyone_gets_readings_of_their_own
# learner reads: something of yours is there once for all of them.

import time
from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()

DEGREES = [10.8, 9.8, 9.2, 9.0, 9.2]


def measure(hour: int) -> str:
    """Ask the station for one reading. It takes a second to answer."""
    time.sleep(1)
    return f"{hour:02}:00 {DEGREES[hour]} C\n"


class Readings:
    hour = 0

    def __iter__(self) -> Iterator[str]:
        Readings.hour = 0
        return self

    def __next__(self) -> str:
        if Readings.hour == 5:
            raise StopIteration
        hour, Readings.hour = Readings.hour, Readings.hour + 1
        return measure(hour)


def first_readings() -> Iterable[str]:
    return Readings()


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
