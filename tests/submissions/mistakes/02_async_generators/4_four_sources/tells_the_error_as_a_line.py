# caught by: test_a_source_that_fails_breaks_its_stream_off
# learner reads: "no answer: nobody ans…" 22 s

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()

alerts: asyncio.Queue[str] = asyncio.Queue()  # Somebody puts a line in when there is a gale.


def read_page(number: int) -> str:
    """A page of the logbook, from a slow disk."""
    time.sleep(0.5)
    return f"page {number}\n"


def compute(hour: int) -> str:
    """One hour of the weather model: nothing but arithmetic."""
    time.sleep(0.5)  # Stands for the arithmetic.
    return f"hour {hour}\n"


async def ask_buoy(question: int) -> str:
    """The buoy's answer, by a client that awaits it."""
    await asyncio.sleep(0.5)
    return f"buoy {question}\n"


@app.get("/logbook")
def offer_logbook(count: int = 3) -> StreamingResponse:
    def lines() -> Iterator[str]:  # Blocks: each step of a plain generator runs in a thread.
        for number in range(count):
            yield read_page(number)

    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/model")
async def offer_model(count: int = 3) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        for hour in range(count):
            yield await asyncio.to_thread(compute, hour)  # Other threads than those of `def` endpoints.

    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/alerts")
async def offer_alerts(count: int = 3) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        for _ in range(count):
            yield await alerts.get()

    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/buoy")
async def offer_buoy(count: int = 3) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:  # The client belongs to the loop that the server runs on.
        try:
            for question in range(count):
                yield await ask_buoy(question)
        except OSError as error:
            yield f"no answer: {error}\n"

    return StreamingResponse(lines(), media_type="text/plain")


# To see whether anybody has to wait.
@app.get("/now/def")
def now_from_a_thread() -> str:
    return "now"


@app.get("/now/async")
async def now_from_the_loop() -> str:
    return "now"
