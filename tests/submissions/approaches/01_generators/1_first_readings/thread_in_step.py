# approach: a thread measures, one reading at a time

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()

DEGREES = [10.8, 9.8, 9.2, 9.0, 9.2]


def measure(hour: int) -> str:
    """Ask the station for one reading. It takes a second to answer."""
    time.sleep(1)
    return f"{hour:02}:00 {DEGREES[hour]} C\n"


def first_readings() -> Iterable[str]:
    with ThreadPoolExecutor(max_workers=1) as station:
        for hour in range(5):
            yield station.submit(measure, hour).result()


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
