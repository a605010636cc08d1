# approach: the lines come by `Depends`, a fresh generator for each request

import asyncio
import time
from typing import Annotated, Any

from fastapi import Depends, FastAPI
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


async def logbook_lines(count: int = 3) -> Any:
    return map(read_page, range(count))


@app.get("/logbook")
async def offer_logbook(lines: Annotated[Any, Depends(logbook_lines)]) -> StreamingResponse:
    return StreamingResponse(lines, media_type="text/plain")


async def model_lines(count: int = 3) -> Any:
    return (await asyncio.to_thread(compute, hour) for hour in range(count))


@app.get("/model")
async def offer_model(lines: Annotated[Any, Depends(model_lines)]) -> StreamingResponse:
    return StreamingResponse(lines, media_type="text/plain")


async def alerts_lines(count: int = 3) -> Any:
    return (await alerts.get() for _ in range(count))


@app.get("/alerts")
async def offer_alerts(lines: Annotated[Any, Depends(alerts_lines)]) -> StreamingResponse:
    return StreamingResponse(lines, media_type="text/plain")


async def buoy_lines(count: int = 3) -> Any:
    return (await ask_buoy(question) for question in range(count))


@app.get("/buoy")
async def offer_buoy(lines: Annotated[Any, Depends(buoy_lines)]) -> StreamingResponse:
    return StreamingResponse(lines, media_type="text/plain")


# To see whether anybody has to wait.
@app.get("/now/def")
def now_from_a_thread() -> str:
    return "now"


@app.get("/now/async")
async def now_from_the_loop() -> str:
    return "now"
