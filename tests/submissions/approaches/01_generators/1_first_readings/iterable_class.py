# approach: an object that starts anew each time it is iterated

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
    def __iter__(self) -> Iterator[str]:
        for hour in range(5):
            yield measure(hour)


def first_readings() -> Iterable[str]:
    return Readings()


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
