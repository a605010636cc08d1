"""Only pages of this server may talk to it: who asks, and for what, is looked at before anything else."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOST = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?")
_FRAMES = {"iframe", "frame", "embed", "object", "fencedframe"}


class Guard:
    """
    403 for a request from a page of another origin (a link to one of our pages is none), 400 for a foreign Host.

    The server listens on 127.0.0.1 only, but any page that the learner has open can make their browser send requests
    there. A foreign Host means that somebody's name was made to resolve to this machine (DNS rebinding). CORS would not
    protect: it hides answers, it does not stop requests. No page may show one of ours in a frame, and none of ours
    does: a frame is a link that nobody clicked.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-frame-options"] = "DENY"
                headers.append("content-security-policy", "frame-ancestors 'none'")
            await send(message)

        refusal = _refusal(Headers(scope=scope)) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, framed if scope["type"] == "http" else send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def _refusal(headers: Headers) -> PlainTextResponse | None:
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return PlainTextResponse("This server answers to 127.0.0.1 and localhost only.\n", status_code=400)
    if any(origin != f"http://{hosts[0]}" for origin in headers.getlist("origin")):
        return PlainTextResponse("This server answers its own pages only.\n", status_code=403)
    if _FRAMES & {*headers.getlist("sec-fetch-dest")}:
        return PlainTextResponse("This server's pages are not shown in frames.\n", status_code=403)
    # A picture or a no-cors fetch carries no Origin; browsers say where it came from all the same.
    elsewhere = {*headers.getlist("sec-fetch-site")} - {"none", "same-origin"}
    clicked = headers.getlist("sec-fetch-mode") == ["navigate"] and "sec-purpose" not in headers  # not fetched ahead
    if elsewhere and not clicked:
        return PlainTextResponse("This server answers its own pages only.\n", status_code=403)
    return None
