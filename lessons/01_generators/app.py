"""
Lesson 01: one reading at a time.

Run:   course run 01        (or: uvicorn lessons.01_generators.app:app)
Watch: curl -N "localhost:8000/readings?how=list"
       curl -N "localhost:8000/readings?how=lazy"
       curl "localhost:8000/summary?stations=10"
"""

import math
import threading
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Annotated, Literal

from fastapi import FastAPI, Query
from fastapi.responses import PlainTextResponse, StreamingResponse

app = FastAPI(title="01 One reading at a time")

HOURS_IN_A_YEAR = 365 * 24
one_at_a_time = threading.Lock()


def measure(hour: int, takes: float) -> str:
    """One reading, such as "03:00 9.0 C"."""
    if takes:
        time.sleep(takes)
    degrees = 15 - 6 * math.cos(math.tau * (hour - 3) / 24)
    return f"{hour % 24:02}:00 {degrees:.1f} C\n"


def all_readings(count: int, takes: float) -> list[str]:
    readings = []
    for hour in range(count):
        readings.append(measure(hour, takes))
    return readings


def each_reading(count: int, takes: float) -> Iterator[str]:
    for hour in range(count):
        yield measure(hour, takes)


@app.get("/readings")
def readings(
    how: Literal["list", "lazy"] = "lazy",
    count: Annotated[int, Query(ge=1, le=24)] = 5,
    takes: Annotated[float, Query(ge=0, le=5)] = 1.0,
) -> StreamingResponse:
    ways = {"list": all_readings, "lazy": each_reading}
    return StreamingResponse(ways[how](count, takes), media_type="text/plain")


@app.get("/summary", response_class=PlainTextResponse)
def summary(stations: Annotated[int, Query(ge=1, le=60)] = 1) -> str:
    """What a year of hourly readings costs, each way."""
    count = stations * HOURS_IN_A_YEAR
    lines = ""
    for how, readings in {"list": all_readings, "lazy": each_reading}.items():
        first, peak = cost(partial(readings, count, takes=0))
        lines += f"{how}: first value {first:8.3f} ms, peak memory {peak:8.1f} KiB\n"
    return lines


def cost(make: Callable[[], Iterable[str]]) -> tuple[float, float]:
    """Milliseconds to the first value, and peak memory in KiB over all."""
    began = time.perf_counter()
    next(iter(make()))
    first = time.perf_counter() - began

    with one_at_a_time:  # tracemalloc counts for the whole process.
        tracemalloc.start()
        deque(make(), maxlen=0)  # Reads everything, keeps nothing.
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return first * 1000, peak / 1024
