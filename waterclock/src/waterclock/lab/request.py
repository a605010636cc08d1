"""What a test says of a request, turned into what an app is told: scope and body."""

import importlib
import json as json_module
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from waterclock.lab.asgi import Headers
from waterclock.lab.upload import Body

Params = Mapping[str, Any] | Iterable[tuple[str, Any]]
# What a browser leaves alone in a path and a query: the rest is percent-encoded, as UTF-8 (WHATWG URL, section 1.3).
_PATH, _QUERY = "/:@!$&'()*+,;=-._~%", "/?:@!$&'()*+,;=-._~%[]"


class Asked(NamedTuple):
    """One request: its target as it stands in the request line, its header fields, its body."""

    target: str
    headers: list[tuple[str, str]]
    body: Body


def build(
    path: str,
    *,
    headers: Headers = (),
    params: Params = (),
    cookies: Mapping[str, str] | None = None,
    body: Body = b"",
    json: Any = None,
    data: Params | None = None,
    files: Mapping[str, Any] | None = None,
) -> Asked:
    """
    Raises TypeError or ValueError for what is no request, before anything has begun.

    `path` may hold a query, and may be a whole address, whose host is then asked for. `data` is a form; `files` are
    {field: bytes} or {field: (file name, bytes, content type)}, and `data` beside them are the other fields.
    """
    target, host = _target(path, params)
    sent = list(headers.items() if isinstance(headers, Mapping) else headers)
    if host and not _has(sent, "host"):
        sent.insert(0, ("host", host))
    if cookies:
        sent.append(("cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())))
    given = [name for name, value in (("json", json), ("data or files", data or files)) if value is not None]
    if len(given) + (body != b"") > 1:
        raise TypeError(
            f"a request has one body; you gave {' and '.join([*given, *(['body'] if body != b'' else [])])}"
        )
    kind = None
    if json is not None:
        body, kind = json_module.dumps(json, ensure_ascii=False).encode(), "application/json"
    elif files:
        body, kind = _multipart(data or (), files)
    elif data is not None:
        body, kind = urlencode(_pairs(data)).encode(), "application/x-www-form-urlencoded"
    if kind and not _has(sent, "content-type"):
        sent.append(("content-type", kind))
    if isinstance(body, str):
        body = body.encode()
    _check(body)
    if isinstance(body, bytes):
        if body and not _has(sent, "content-length"):
            sent.append(("content-length", str(len(body))))
    elif not _has(sent, "content-length"):
        sent.append(("transfer-encoding", "chunked"))
    return Asked(target, sent, body)


def resolve(app: Any) -> Any:
    """An ASGI app, from itself or from "module:name". Raises TypeError, ValueError or ImportError."""
    if isinstance(app, str):
        module, colon, name = app.partition(":")
        if not colon or not module or not name:
            raise ValueError(f'expected an app or "module:name" of one, got {app!r}')
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            if not hasattr(found, part):
                raise ValueError(f"{app!r}: {found!r} has no {part!r}")
            found = getattr(found, part)
        return resolve(found)
    if not callable(app):
        raise TypeError(f"expected an ASGI app, got {app!r:.60}, which cannot be called")
    return app


def _target(path: str, params: Params) -> tuple[str, str | None]:
    if not isinstance(path, str):
        raise TypeError(f"a path is text such as '/alerts', got {path!r:.60}")
    host = None
    if "://" in path.partition("?")[0]:
        parts = urlsplit(path)
        host, path = parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.startswith("/"):
        raise ValueError(f"a path begins with a slash: '/{path}' instead of {path!r}")
    plain, _, query = path.partition("?")
    more = urlencode(_pairs(params))
    query = "&".join(each for each in (quote(query, _QUERY), more) if each)
    return quote(plain, _PATH) + (f"?{query}" if query else ""), host


def _pairs(params: Params) -> list[tuple[str, str]]:
    """A list of values is a name said several times. None is left out, True and False are written as JSON does."""
    found = []
    for name, value in params.items() if isinstance(params, Mapping) else params:
        for each in value if isinstance(value, list | tuple) else [value]:
            if each is not None:
                found.append((name, str(each).lower() if isinstance(each, bool) else str(each)))
    return found


def _multipart(data: Params, files: Mapping[str, Any]) -> tuple[bytes, str]:
    """A form with files (RFC 7578)."""
    boundary = secrets.token_hex(16)
    parts = [_part(boundary, f'name="{_name(name)}"', None, value.encode()) for name, value in _pairs(data)]
    for name, given in files.items():
        filename, content, kind = (*given, None)[:3] if isinstance(given, tuple) else (name, given, None)
        content = content.read() if hasattr(content, "read") else content
        about = f'name="{_name(name)}"; filename="{_name(filename)}"'
        content = content.encode() if isinstance(content, str) else content
        parts.append(_part(boundary, about, kind or "application/octet-stream", content))
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, about: str, kind: str | None, content: bytes) -> bytes:
    kind_line = f"Content-Type: {kind}\r\n" if kind else ""
    return f"--{boundary}\r\nContent-Disposition: form-data; {about}\r\n{kind_line}\r\n".encode() + content + b"\r\n"


def _name(text: str) -> str:
    # As browsers escape it (WHATWG HTML, "multipart/form-data encoding algorithm").
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _has(headers: list[tuple[str, str]], name: str) -> bool:
    return any(each.lower() == name for each, _ in headers)


def _check(body: Any) -> None:
    if isinstance(body, bytes | str) or hasattr(body, "__aiter__") or hasattr(body, "__iter__"):
        return
    raise TypeError(
        f"a body is bytes, text, or something that gives pieces of it, sync or async; got {type(body).__name__}"
    )
