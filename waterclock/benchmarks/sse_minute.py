"""
One minute of a native FastAPI event stream, judged in the lab: what does it cost in real milliseconds?

The stream is silent between its events, so that FastAPI's own 15-second pings are part of it. Target: less than 5 ms.

Run:   python waterclock/benchmarks/sse_minute.py [runs]
"""

import asyncio
import statistics
import sys
from collections.abc import AsyncIterable, Callable
from time import perf_counter

from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent
from waterclock.lab import Lab

TARGET = 5.0  # ms

app = FastAPI()


@app.get("/alerts", response_class=EventSourceResponse)
async def alerts() -> AsyncIterable[ServerSentEvent]:
    yield ServerSentEvent(data="calm", id="1")
    await asyncio.sleep(40)
    yield ServerSentEvent(data="gale", id="2")
    await asyncio.sleep(20)


def minute(lab: Lab) -> None:
    stream = lab.get("/alerts")
    lab.advance(60)
    times = [round(at - stream.began_at, 6) for at, _ in stream.chunks]
    assert times == [0, 15, 30, 40, 55], times
    assert stream.state == "ended", stream.state


def whole() -> None:
    with Lab(app) as lab:
        minute(lab)


def milliseconds(call: Callable[[], None], runs: int) -> list[float]:
    spent = []
    for _ in range(runs):
        began = perf_counter()
        call()
        spent.append((perf_counter() - began) * 1000)
    return sorted(spent)


def row(name: str, spent: list[float]) -> str:
    p95 = spent[int(len(spent) * 0.95)]
    return f"{name:<42}{statistics.median(spent):>9.2f}{spent[0]:>9.2f}{p95:>9.2f}"


def main(runs: int = 300) -> int:
    for _ in range(10):
        whole()
    with Lab(app) as lab:
        inside = milliseconds(lambda: minute(lab), runs)
    outside = milliseconds(whole, runs)
    print(f"{f'ms, {runs} runs':<42}{'median':>9}{'best':>9}{'p95':>9}")
    print(row("one minute of events and pings", inside))
    print(row("the same in a new lab, lifespan included", outside))
    median = statistics.median(outside)
    met = median < TARGET
    print(f"\n{60_000 / median:,.0f} times as fast as the clock; target {TARGET:g} ms: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
