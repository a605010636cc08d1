"""The same exchange with a server that somebody else started."""

import ssl
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from waterclock.live.exchange import Exchange


def open_url(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | Iterable[bytes] = b"",
    timeout: float = 5.0,
) -> Exchange:
    """
    Sends one request to an http or https address, follows no redirect, and returns as soon as it is sent.

    Raises ValueError for what is no such address, and `CannotConnect`.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"Expected an address such as http://127.0.0.1:8000/ticks, got {url!r}.")
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    address = (parts.hostname, parts.port or (443 if tls else 80))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    return Exchange(address, method, target, headers, body, timeout=timeout, tls=tls, host=host)
