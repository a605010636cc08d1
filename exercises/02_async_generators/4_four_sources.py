"""
02.4 · Four sources (stretch, 30 min)

Skylark has four sources, and each is offered in a way that hurts: two stop the whole server, two use
up its threads. Offer each in the right way: `def` or `async def`, in a thread or on the loop. A line
leaves the moment it is there, no reader waits for another, and a source that fails breaks its stream off.

The rest stays as it is: paths, parameters and defaults, media types, lines, one question after the
other, each reader with lines of their own. A thread is enough for the model (it is written in C and
lets other threads run); no source may be changed, and the queue is one.

To watch it:   uvicorn exercises.02_async_generators.4_four_sources:app
               curl -N "localhost:8000/logbook?count=3"

Read: lesson 02, "Which way for what".      Check: course check 02.4
"""

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


# TODO: offer each of the four so that nobody else has to wait for it.
@app.get("/logbook")
async def offer_logbook(count: int = 3) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        for number in range(count):
            yield read_page(number)

    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/model")
async def offer_model(count: int = 3) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        for hour in range(count):
            yield compute(hour)
            await asyncio.sleep(0)

    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/alerts")
def offer_alerts(count: int = 3) -> StreamingResponse:
    def lines() -> Iterator[str]:
        for _ in range(count):
            while alerts.empty():
                time.sleep(0.1)
            yield alerts.get_nowait()

    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/buoy")
def offer_buoy(count: int = 3) -> StreamingResponse:
    def lines() -> Iterator[str]:
        for question in range(count):
            yield asyncio.run(ask_buoy(question))

    return StreamingResponse(lines(), media_type="text/plain")


# To see whether anybody has to wait.
@app.get("/now/def")
def now_from_a_thread() -> str:
    return "now"


@app.get("/now/async")
async def now_from_the_loop() -> str:
    return "now"
