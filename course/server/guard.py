"""Only pages of this server may talk to it: Host and Origin are checked before anything else."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost")


class Guard:
    """
    403 for a request from a page of another origin (a link to one of our pages is none), 400 for a foreign Host.

    The server listens on 127.0.0.1 only, but any page that the learner has open can make their browser send requests
    there. A foreign Host means that somebody's name was made to resolve to this machine (DNS rebinding). CORS would not
    protect: it hides answers, it does not stop requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refusal(dict(scope["headers"])) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def _refusal(headers: dict[bytes, bytes]) -> PlainTextResponse | None:
    host = headers.get(b"host", b"").decode("latin-1")
    if host.rpartition(":")[0] not in _NAMES and host not in _NAMES:
        return PlainTextResponse("This server answers to 127.0.0.1 and localhost only.\n", status_code=400)
    origin = headers.get(b"origin")
    if origin is not None and origin.decode("latin-1") != f"http://{host}":
        return PlainTextResponse("This server answers its own pages only.\n", status_code=403)
    # A picture or a no-cors fetch carries no Origin; browsers say where it came from all the same.
    elsewhere = headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin")
    if elsewhere and headers.get(b"sec-fetch-mode") != b"navigate":
        return PlainTextResponse("This server answers its own pages only.\n", status_code=403)
    return None
