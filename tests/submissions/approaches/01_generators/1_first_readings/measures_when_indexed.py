# approach: a sequence that measures when it is asked for an index

import time
from collections.abc import Iterable, Sequence

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()

DEGREES = [10.8, 9.8, 9.2, 9.0, 9.2]


def measure(hour: int) -> str:
    """Ask the station for one reading. It takes a second to answer."""
    time.sleep(1)
    return f"{hour:02}:00 {DEGREES[hour]} C\n"


class Measured(Sequence[str]):
    def __len__(self) -> int:
        return 5

    def __getitem__(self, hour):
        if hour >= len(self):
            raise IndexError(hour)
        return measure(hour)


def first_readings() -> Iterable[str]:
    return Measured()


@app.get("/readings")
def readings() -> StreamingResponse:
    return StreamingResponse(first_readings(), media_type="text/plain")
