# approach: a sync generator that sleeps: Starlette runs it in a thread

import time
from collections.abc import Iterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    def numbers() -> Iterator[str]:
        yield f"{start}\n"
        for number in range(start - 1, 0, -1):
            time.sleep(every)
            yield f"{number}\n"

    return StreamingResponse(numbers(), media_type="text/plain")
