# caught by: test_each_number_leaves_on_its_own
# learner reads: Everything was handed over at the end, after all the waiting

import asyncio
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    lines = []
    for number in range(start, 0, -1):
        lines.append(f"{number}\n")
        await asyncio.sleep(every)
    return Response("".join(lines), media_type="text/plain")
