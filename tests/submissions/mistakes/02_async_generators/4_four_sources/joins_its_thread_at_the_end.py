# caught by: test_a_reader_who_leaves_holds_nobody_up
# learner reads: and read something else beside them

import asyncio
import threading
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


async def in_a_thread(hour: int) -> str:
    """The hour, computed in a thread of its own, which is tidied up."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    answer: list[str] = []

    def work() -> None:
        answer.append(compute(hour))
        loop.call_soon_threadsafe(done.set)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        await done.wait()
    finally:
        thread.join()
    return answer[0]


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
            yield await in_a_thread(hour)

    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/alerts")
async def offer_alerts(count: int = 3) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:  # Waiting on the loop costs no thread, for however many readers.
        for _ in range(count):
            yield await alerts.get()

    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/buoy")
async def offer_buoy(count: int = 3) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:  # The client belongs to the loop that the server runs on.
        for question in range(count):
            yield await ask_buoy(question)

    return StreamingResponse(lines(), media_type="text/plain")


# To see whether anybody has to wait.
@app.get("/now/def")
def now_from_a_thread() -> str:
    return "now"


@app.get("/now/async")
async def now_from_the_loop() -> str:
    return "now"
