"""Opening a TCP or TLS connection, and closing it in the two ways that a server can tell apart."""

import contextlib
import socket
import ssl
import struct


class CannotConnect(ConnectionError):
    """Nothing answers at that address."""


def connect(
    host: str, port: int, *, timeout: float, receive_buffer: int | None = None, tls: ssl.SSLContext | None = None
) -> socket.socket:
    """
    A blocking socket. `timeout` is in seconds and for connecting only; `receive_buffer` in bytes must be set before
    connecting, as the window that TCP announces depends on it. Raises `CannotConnect`.
    """
    reason: OSError | None = None
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            connection = socket.socket(family, kind, protocol)
            try:
                if receive_buffer is not None:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
                connection.settimeout(timeout)
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if tls is not None:
                    connection = tls.wrap_socket(connection, server_hostname=host)
                connection.settimeout(None)
                return connection
            except OSError as error:
                connection.close()
                reason = error
    except OSError as error:
        reason = error
    raise CannotConnect(f"Nothing answers at {host}:{port} ({reason}). Is the server running?") from None


def hang_up(connection: socket.socket, *, abrupt: bool) -> None:
    """Closes with FIN, or, if `abrupt`, with RST."""
    if abrupt:  # Linger for zero seconds: close() resets.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        with contextlib.suppress(OSError):  # FIN first: close() alone resets when there are unread bytes.
            connection.shutdown(socket.SHUT_RDWR)
    connection.close()
