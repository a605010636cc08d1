"""`course trace`: what a stream sends, drawn at the moment it arrives."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from waterclock.live import CannotConnect, CannotStart, Exchange, NotSeen, Server, open_url
from waterclock.live.log import last_error
from waterclock.timeline import Mark, Timeline, draw
from waterclock.timeline.marks import count, quoted

from course.catalog import Catalog
from course.cli import output
from course.cli.named_app import app_named, first_path
from waterclock import sse

AT_ONCE = 20  # lines for what arrived in one glance; more would only flood the screen
BYTES = " bytes"


def trace(wanted: str, path: str | None, seconds: float | None) -> None:
    """Ends with the stream, after `seconds`, or with Ctrl+C, which is the usual way to leave a stream."""
    with ExitStack() as stack:
        served = None if _is_address(wanted) else _served(stack, wanted, path)
        url = served.url if served else (wanted if "://" in wanted else f"http://{wanted}") + (path or "")
        try:
            exchange = stack.enter_context(open_url(url))
        except CannotConnect as error:
            output.refuse(f"{error}\nTry: course run NN, in another terminal")
        except ValueError as error:
            output.refuse(str(error))
        print(f"GET {url}", flush=True)
        try:
            _follow(exchange, None if seconds is None else monotonic() + seconds)
        except KeyboardInterrupt:
            pass
        if exchange.state == "open":
            exchange.leave()
        _sum_up(exchange)
        if served is not None:
            _tell_what_was_logged(served)


@dataclass(frozen=True)
class _Served:
    """An app started for the occasion: the address that is asked, what the server logs, and the app's file."""

    url: str
    errors: list[str]
    file: Path


def _is_address(wanted: str) -> bool:
    return "://" in wanted or wanted.startswith(("localhost", "127.0.0.1"))


def _served(stack: ExitStack, wanted: str, path: str | None) -> _Served:
    named = app_named(Catalog(), wanted)
    path = path or first_path(named.app)
    if path is None:
        output.refuse(f"Which path of {named.name}?\nTry: course trace {wanted} /path")
    try:
        server = stack.enter_context(Server(named.app))
    except CannotStart as error:
        output.refuse(f"{named.name}: {error}")
    return _Served(f"{server.url}/{path.lstrip('/')}", server.errors, named.path)


def _tell_what_was_logged(served: _Served) -> None:
    """An error in the app, in its own words: the client only sees that something broke."""
    if (found := last_error(served.errors, served.file)) is not None:
        said, line = found
        print(f"\nThe server logged {said}")
        if line is not None:
            print(f"    {Catalog().shown(served.file)}:{line}")


def _follow(exchange: Exchange, deadline: float | None) -> None:
    """Print arrivals until there are no more, or the deadline (monotonic) has come."""
    seen, told = 0, False
    while True:
        over = exchange.state != "open"
        if not told and exchange.status is not None:
            told = True
            print(f"    {exchange.status} {exchange.headers.get('content-type', 'without a content type')}", flush=True)
        arrived = _arrived(exchange)
        new = _together(arrived[seen:])
        for line in new[:AT_ONCE]:
            print(line, flush=True)
        if len(new) > AT_ONCE:
            print(f"{'…':>11}   {len(new) - AT_ONCE} more at once", flush=True)
        seen = len(arrived)
        left = None if deadline is None else deadline - monotonic()
        if over or (left is not None and left <= 0):
            return
        try:
            exchange.wait(chunks=len(exchange.chunks) + 1, within=min(0.2, 0.2 if left is None else left))
        except NotSeen:
            continue


def _arrived(exchange: Exchange) -> list[tuple[float, str]]:
    """What arrived, when (seconds) and in words: events and comments of an event stream, chunks of anything else."""
    room = output.width() - 14
    if not exchange.headers.get("content-type", "").startswith("text/event-stream"):
        return [
            (at, f"{len(chunk):>6}{BYTES}" + ("" if _is_binary(chunk) else f"   {quoted(chunk, max(10, room - 18))}"))
            for at, chunk in exchange.chunks
        ]
    arrived = []
    for at, item in exchange.events:
        if isinstance(item, sse.Comment):
            text = f"comment   {item.text.strip()}"
        else:
            number = f"   id {item.last_event_id}" if item.last_event_id else ""
            text = f"event {item.type}{number}   {quoted(item.data.encode(), max(10, room - 20))}"
        arrived.append((at, text))
    return arrived


def _is_binary(chunk: bytes) -> bool:
    """Whether most of it could be shown as numbers only."""
    start = chunk[:256]
    text = start.decode("utf-8", "replace")  # Text in UTF-8 may be cut in the middle of a letter, and is still text.
    return sum(not (each.isprintable() or each.isspace()) or each == "\ufffd" for each in text) > len(text) / 4


def _together(arrived: list[tuple[float, str]]) -> list[str]:
    """A line each; chunks in a row of which only the size is told, and the same one, share a line."""
    lines: list[tuple[float, int, str]] = []
    for at, text in arrived:
        if lines and text.endswith(BYTES) and lines[-1][2] == text:
            lines[-1] = (lines[-1][0], lines[-1][1] + 1, text)
        else:
            lines.append((at, 1, text))
    return [f"{at:>9.3f} s   {text if times == 1 else f'{times:>6} × {text.strip()}'}" for at, times, text in lines]


def _sum_up(exchange: Exchange) -> None:
    how = {
        "ended": "the stream ended",
        "truncated": f"the stream broke off ({exchange.error})" if exchange.error else "the stream broke off",
        "left": "we left; the stream was still open",
        "open": "the stream is open",
    }[exchange.state]
    timeline = exchange.timeline()
    came = f"{count(len(timeline.marks), 'arrival')}, {count(len(exchange.body), 'byte')}"
    print(f"{timeline.until:>9.3f} s   {how}: {came}\n")
    if exchange.status is None:
        output.refuse("No answer came.", output.NOT_YET)
    print(draw({"arrived": _steadied(timeline, output.width())}, width=output.width()))


def _steadied(timeline: Timeline, columns: int) -> Timeline:
    """Arrivals that share a column and are at most 5 ms apart, at one instant: jitter says nothing about the stream."""
    apart = min(0.005, timeline.last / columns)
    marks: list[Mark] = []
    for mark in timeline.marks:
        together = marks and mark.at - marks[-1].at <= apart
        marks.append(replace(mark, at=marks[-1].at) if together else mark)
    return replace(timeline, marks=tuple(marks))
