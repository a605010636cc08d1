# caught by: test_nothing_is_measured_before_someone_asks
# learner reads: the hours measured: [0, 1] [0, 1, 2, 3, 4]
# seen in the wild: a producer thread with a queue that has no limit

import queue
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


def first_readings() -> Iterable[str]:
    measured: queue.Queue[str | None] = queue.Queue()

    def work() -> None:
        for hour in range(5):
            measured.put(measure(hour))
        measured.put(None)

    threading.Thread(target=work, daemon=True).start()
    while (reading := measured.get()) is not None:
        yield reading


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
