# approach: the endpoint yields by itself, and a response class says the media type

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
    for hour in range(5):
        yield measure(hour)


class PlainStream(StreamingResponse):
    media_type = "text/plain"


@app.get("/readings", response_class=PlainStream)
def readings() -> Iterable[str]:
    yield from first_readings()
