"""A client connects to an app in a lab, by a request or by a WebSocket."""

from collections.abc import Iterable
from typing import Any

from waterclock.lab.asgi import http_scope, websocket_scope
from waterclock.lab.exchange import ASGIApp, Exchange
from waterclock.lab.request import build
from waterclock.lab.session import Session
from waterclock.lab.websocket import WebSocket


def exchange(
    session: Session, app: ASGIApp | None, method: str, path: str, window: int | None, asked: dict[str, Any]
) -> Exchange:
    """See `Lab.request`."""
    if app is None:
        raise ValueError("this lab has no app: give it one, or use drain() for a plain generator")
    request = build(path, **asked)
    if any(name.lower() == "upgrade" and value.strip().lower() == "websocket" for name, value in request.headers):
        raise ValueError(f"a server takes this for a WebSocket's handshake: open one with lab.websocket({path!r})")
    session.must_accept()
    scope = http_scope(method.upper(), request.target, request.headers, session.state)
    client = session.runner.run(lambda: Exchange(session, app, scope, request.body, window))
    session.clients.append(client)
    session.settle()
    return client


def websocket(
    session: Session,
    app: ASGIApp | None,
    path: str,
    subprotocols: Iterable[str],
    window: int | None,
    asked: dict[str, Any],
) -> WebSocket:
    """See `Lab.websocket`."""
    if app is None:
        raise ValueError("this lab has no app to open a WebSocket to")
    request = build(path, **asked)
    session.must_accept()
    scope = websocket_scope(request.target, request.headers, subprotocols, session.state)
    client = session.runner.run(lambda: WebSocket(session, app, scope, window))
    session.clients.append(client)
    session.settle()
    return client
