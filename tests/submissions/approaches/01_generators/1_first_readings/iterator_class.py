# approach: the iterator protocol by hand

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
    def __init__(self) -> None:
        self.hour = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.hour == 5:
            raise StopIteration
        self.hour += 1
        return measure(self.hour - 1)


def first_readings() -> Iterable[str]:
    return Readings()


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
