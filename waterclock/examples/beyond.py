"""An app that waits for somebody outside, in real time."""

import socket

from fastapi import FastAPI

from waterclock import CannotJudge, Lab

app = FastAPI()
silent = socket.create_server(("127.0.0.1", 0))


@app.get("/")
def ask() -> str:
    with socket.create_connection(silent.getsockname()) as connection:
        connection.settimeout(1)
        try:
            return connection.recv(10).decode()
        except TimeoutError:
            return "nobody answered"


try:
    with Lab(app) as lab:
        lab.get("/")
except CannotJudge as error:
    print(error.text)
    print("line", str(error.where).rpartition(":")[2])
