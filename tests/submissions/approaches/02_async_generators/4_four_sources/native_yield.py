# approach: FastAPI's own `yield`: `def` runs in threads, `async def` on the loop

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse


class Plain(StreamingResponse):
    media_type = "text/plain"


app = FastAPI()

alerts: asyncio.Queue[str] = asyncio.Queue()


def read_page(number: int) -> str:
    time.sleep(0.5)
    return f"page {number}\n"


def compute(hour: int) -> str:
    time.sleep(0.5)
    return f"hour {hour}\n"


async def ask_buoy(question: int) -> str:
    await asyncio.sleep(0.5)
    return f"buoy {question}\n"


@app.get("/logbook", response_class=Plain)
def offer_logbook(count: int = 3) -> Iterator[str]:
    for number in range(count):
        yield read_page(number)


@app.get("/model", response_class=Plain)
def offer_model(count: int = 3) -> Iterator[str]:
    for hour in range(count):
        yield compute(hour)


@app.get("/alerts", response_class=Plain)
async def offer_alerts(count: int = 3) -> AsyncIterator[str]:
    for _ in range(count):
        yield await alerts.get()


@app.get("/buoy", response_class=Plain)
async def offer_buoy(count: int = 3) -> AsyncIterator[str]:
    for question in range(count):
        yield await ask_buoy(question)


@app.get("/now/def")
def now_from_a_thread() -> str:
    return "now"


@app.get("/now/async")
async def now_from_the_loop() -> str:
    return "now"
