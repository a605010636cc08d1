"""A heartbeat in a thread: `queue.get` with a time-out, and a worker that delivers late."""

import queue
import threading
import time

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from waterclock import Lab

app = FastAPI()


@app.get("/alerts")
def alerts() -> StreamingResponse:
    box: queue.Queue[str] = queue.Queue()

    def model() -> None:
        time.sleep(25)
        box.put("gale\n")

    def lines():
        threading.Thread(target=model).start()
        while True:
            try:
                yield box.get(timeout=10)
                return
            except queue.Empty:
                yield ": ping\n"

    return StreamingResponse(lines())


with Lab(app) as lab:
    client = lab.get("/alerts")
    lab.advance(60)
    print(client.timeline())
