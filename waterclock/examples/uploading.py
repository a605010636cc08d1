"""An upload that takes its time, and a client that gives up in the middle."""

from fastapi import FastAPI, Request

from waterclock import Lab

app = FastAPI()


@app.post("/readings")
async def readings(request: Request) -> int:
    total = 0
    async for piece in request.stream():
        total += len(piece)
        if piece:
            print(f"  {total} bytes at {lab.now:g} s")
    return total


with Lab(app) as lab:
    body = lab.feed()
    client = lab.post("/readings", body=body)
    body.release("17.5\n", at=2)
    body.release("17.8\n", at=30)
    body.end(at=31)
    lab.advance(60)
    print(client.status, client.text, "at", client.ended_at, "s")

    client = lab.post("/readings", body=lab.feed())
    lab.advance(5)
    client.leave()
    print(client.state, client.error)
