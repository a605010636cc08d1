# approach: one class with `__anext__`, made anew for each request, and a `partial` that says how to wait

import asyncio
import time
from collections.abc import Awaitable, Callable

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


class Lines:
    def __init__(self, step: Callable[[int], Awaitable[str]], count: int) -> None:
        self._step, self._numbers = step, iter(range(count))

    def __aiter__(self) -> "Lines":
        return self

    async def __anext__(self) -> str:
        for number in self._numbers:
            return await self._step(number)
        raise StopAsyncIteration


async def next_alert(_: int) -> str:
    return await alerts.get()


def plain(step: Callable[[int], Awaitable[str]], count: int) -> StreamingResponse:
    return StreamingResponse(Lines(step, count), media_type="text/plain")


@app.get("/logbook")
async def offer_logbook(count: int = 3) -> StreamingResponse:
    return plain(lambda number: asyncio.to_thread(read_page, number), count)


@app.get("/model")
async def offer_model(count: int = 3) -> StreamingResponse:
    return plain(lambda hour: asyncio.to_thread(compute, hour), count)


@app.get("/alerts")
async def offer_alerts(count: int = 3) -> StreamingResponse:
    return plain(next_alert, count)


@app.get("/buoy")
async def offer_buoy(count: int = 3) -> StreamingResponse:
    return plain(ask_buoy, count)


# To see whether anybody has to wait.
@app.get("/now/def")
def now_from_a_thread() -> str:
    return "now"


@app.get("/now/async")
async def now_from_the_loop() -> str:
    return "now"
