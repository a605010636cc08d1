# caught by: test_others_go_on_meanwhile
# learner reads: "3\n" 1.5 s

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

app = FastAPI(title="03.1 Countdown")

began: dict[tuple[int, float], float] = {}


@app.get("/countdown")
async def countdown(start: Annotated[int, Query(ge=1, le=60)] = 3, every: float = 1.0) -> Response:
    async def numbers() -> AsyncIterator[str]:
        now = asyncio.get_running_loop().time()
        passed = int((now - began.setdefault((start, every), now)) / every) if every > 0 else 0
        if passed >= start:
            began[start, every], passed = now, 0
        for number in range(start - passed, 0, -1):
            if number < start - passed:
                await asyncio.sleep(every)
            yield f"{number}\n"

    return StreamingResponse(numbers(), media_type="text/plain")
