# caught by: test_each_number_leaves_on_its_own
# learner reads: `asyncio.sleep` without `await` waits for nobody: it makes a coroutine, and that never ran.

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")


@app.get("/countdown")
async def countdown(
    start: Annotated[int, Query(ge=1, le=60)] = 3,
    every: Annotated[float, Query(ge=0, le=60)] = 1.0,
) -> Response:
    async def numbers() -> AsyncIterator[str]:
        for number in range(start, 0, -1):
            yield f"{number}\n"
            if number > 1:
                asyncio.sleep(every)  # type: ignore[unused-coroutine]

    return StreamingResponse(numbers(), media_type="text/plain")
