"""One ASGI call as uvicorn makes it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


def http_scope(method: str, target: str, headers: Headers = (), state: dict[str, Any] | None = None) -> dict[str, Any]:
    """
    The connection scope of one HTTP/1.1 request.

    spec_version "2.3" is what uvicorn announces: it makes Starlette listen for the disconnect beside the body.
    Source: ASGI HTTP & WebSocket message format, "HTTP connection scope".
    """
    path, _, query = target.partition("?")
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    if not any(name == b"host" for name, _ in sent):
        sent.insert(0, (b"host", b"lab"))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "scheme": "http",
        "headers": sent,
        "client": ("127.0.0.1", 1),
        "server": ("lab", 80),
        "state": dict(state or {}),
    }


def websocket_scope(
    target: str, headers: Headers, subprotocols: Iterable[str], state: dict[str, Any] | None = None
) -> dict[str, Any]:
    """
    The connection scope of one WebSocket, as uvicorn makes it.

    Source: ASGI HTTP & WebSocket message format, "WebSocket connection scope"; RFC 6455, section 4.1.
    """
    scope = http_scope("GET", target, headers, state)
    del scope["method"]
    asked = [(b"connection", b"Upgrade"), (b"upgrade", b"websocket"), (b"sec-websocket-version", b"13")]
    if offered := list(subprotocols):
        asked.append((b"sec-websocket-protocol", ", ".join(offered).encode("latin-1")))
    return scope | {
        "type": "websocket",
        "scheme": "ws",
        "headers": [*scope["headers"], *asked],
        "subprotocols": offered,
        "extensions": {"websocket.http.response": {}},
    }


CRASHED = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
"""Headers of uvicorn's own answer, with status 500, for an app that did not give one."""


class Length:
    """Checks a body against its Content-Length header, with uvicorn's words."""

    def __init__(self, headers: list[tuple[bytes, bytes]], method: str) -> None:
        given = dict(headers).get(b"content-length")
        self._left = int(given) if given is not None and method != "HEAD" else None

    def count(self, body: bytes, *, last: bool) -> None:
        """Raises RuntimeError if the body is longer, or at its end shorter, than announced."""
        if self._left is None:
            return
        self._left -= len(body)
        if self._left < 0:
            raise RuntimeError("Response content longer than Content-Length")
        if last and self._left:
            raise RuntimeError("Response content shorter than Content-Length")
