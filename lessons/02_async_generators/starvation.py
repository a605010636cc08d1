"""How long a `def` and an `async def` endpoint take to answer beside streams that wait 0.2 s for each line."""

import statistics
import time
from pathlib import Path

from waterclock.live import Server

from course.loading import load

app = load(Path(__file__).with_name("app.py")).app


def seconds(server: Server, path: str) -> float:
    """Until the answer to one request has come."""
    began = time.perf_counter()
    server.get(path).wait(end=True)
    return time.perf_counter() - began


print("streams open      answer of def   of async def   (median of 15)")
for how, count in [("def", 0), ("def", 30), ("def", 60), ("def", 100), ("async", 100)]:
    with Server(app) as server:
        streams = [server.get(f"/waiting?how={how}&count=500") for _ in range(count)]
        for stream in streams:
            stream.wait(lines=1)
        medians = [
            1000 * statistics.median(seconds(server, path) for _ in range(15))
            for path in ("/answer/def", "/answer/async")
        ]
        print(f"{count:>4} {how:<8}     {medians[0]:>10.0f} ms {medians[1]:>11.0f} ms")
        for stream in streams:
            stream.leave()
