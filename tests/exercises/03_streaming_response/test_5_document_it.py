"""Grader for 03.5 document it: the document and the wire say the same."""

import asyncio
import inspect
import json
import re
from collections.abc import AsyncIterator
from email.message import Message
from typing import Any

from fastapi.datastructures import DefaultPlaceholder

from course.grader import Exercise, chunk, criterion, expect

SHIPPED_STUB_FAILS = "test_the_document_names_the_media_type"

NOTHING_NAMED = (
    "The `response_class` has no media type of its own, so the document says nothing about the body. Either a "
    "subclass has one, or `responses` names it."
)
MODEL = (
    "`response_model`, or a return annotation in its place, does nothing to a stream: nothing is checked, nothing is "
    "converted. All it does is to stand in the document."
)
JSON_ASSUMED = (
    "Without a `response_class` FastAPI assumes JSON. What type a returned response has, it cannot see, and what "
    "`responses` says is added to that."
)
OF_THE_CLASS = "The `response_class` brings a media type of its own into the document, whatever the stream says."
NO_SCHEMA = "The media type is named, and nothing about what it carries: a schema says that it is a string."
DISGUISED = "The media type is right, its schema is not: on the wire there are no objects, there is text."
HIDDEN = "`include_in_schema=False` takes the path out of the document. Nobody is misled any more, or told anything."
NEVER_COMES = "`responses` stands in the document and makes nothing come. This endpoint has one answer."
JSON_LINES = (
    "A `yield` in the endpoint itself is JSON Lines, unless `response_class` says otherwise: each item a line of JSON, "
    'and not the table that was there before. Lesson 03 shows it in "With FastAPI\'s own `yield`".'
)
NOT_TEXT = "What a stream yields is text or bytes. A `Reading` is neither; `rows()` makes the table of them."
COLLECTED = "Nothing left before the last reading was measured. The stream was to stay one."
SHARED = "There were more clients than tables: not every request asked `measure()` for readings of its own."
LOOKS_WHOLE = "The error was caught, and the stream ended as it does behind the last row: half a table looks whole."
NO_TYPE = (
    "A `yield` in the endpoint itself takes the media type from the response_class, and this one has "
    "none. The document names what the wire no longer says."
)

READ = "read /openapi.json"


def document(ex: Exercise) -> dict[str, Any]:
    """What is served as the document, to the second who asks."""
    for asked in (READ, f"{READ} once more"):
        client = ex.finish(ex.get("/openapi.json", did=asked))
        expect(client).status(200)
    return checked(client.text)


def checked(text: str) -> dict[str, Any]:
    """The document, if it is one: three fields are in each (OpenAPI 3.1, section 4.8.1)."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    names = list(found) if isinstance(found, dict) else []
    complete = {"openapi", "info", "paths"} <= set(names)
    expected, observed = "an OpenAPI document, with openapi, info and paths", " and ".join(names) or "nothing of it"
    expect.that(complete, did=READ, expected=expected, observed=observed)
    return dict(found)


def below(found: Any, *names: str) -> dict[str, Any]:
    """What stands below these names; nothing where they lead nowhere."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def content(document: dict[str, Any]) -> dict[str, Any]:
    """Media type (without the charset that is sent) -> description, for the answer 200."""
    found = below(document, "paths", "/readings.csv", "get", "responses", "200", "content")
    return {re.sub(r" *; *charset=utf-8$", "", name, flags=re.I): described for name, described in found.items()}


def route_of(ex: Exercise) -> Any:
    """The route of the endpoint; None if it lies deeper, in a router of its own."""
    for route in getattr(ex.app, "routes", ()):
        if getattr(route, "path", None) == "/readings.csv" and "GET" in (getattr(route, "methods", None) or ()):
            return route
    return None


def has_model(ex: Exercise) -> bool:
    return getattr(route_of(ex), "response_model", None) is not None


def misnamed(ex: Exercise, found: dict[str, Any]) -> str | None:
    """Why the document names something else, as far as it can be seen in the route."""
    own = getattr(route_of(ex), "response_class", None)
    if "application/json" in found and has_model(ex):
        return MODEL
    if isinstance(own, DefaultPlaceholder):
        return JSON_ASSUMED if "application/json" in found else None
    media_type = getattr(own, "media_type", "")
    if media_type is None:
        return None if found else NOTHING_NAMED
    return OF_THE_CLASS if media_type in found and media_type != "text/csv" else None


@criterion
def test_the_document_names_the_media_type(ex: Exercise) -> None:
    """The document says that text/csv comes, a string."""
    served = document(ex)
    answers = below(served, "paths", "/readings.csv", "get", "responses")
    expect.that(
        "200" in answers,
        did=READ,
        expected="the answer 200 to GET /readings.csv in the document",
        observed=" and ".join(answers) or "the document has no GET /readings.csv at all",
        why=HIDDEN if not getattr(route_of(ex), "include_in_schema", True) else None,
    )
    found = content(served)
    expect.that(
        "text/csv" in found,
        did=READ,
        expected="text/csv",
        observed=" and ".join(found) or "no media type",
        why=lambda: misnamed(ex, found),
    )
    schema = below(found, "text/csv", "schema")
    expect.that(
        schema.get("type") == "string",
        did=READ,
        expected='{"type": "string"} as the schema of text/csv',
        observed=json.dumps(schema) if schema else "no schema",
        why=NO_SCHEMA if not schema else DISGUISED if {"properties", "items", "$ref"} & set(schema) else None,
    )


@criterion(needs=test_the_document_names_the_media_type)
def test_the_document_names_nothing_besides(ex: Exercise) -> None:
    """The document promises nothing besides: no JSON, no `Reading`, no answer that never comes."""
    served = document(ex)
    found = content(served)
    expect.that(
        list(found) == ["text/csv"],
        did=READ,
        expected="text/csv alone",
        observed=" and ".join(found),
        why=lambda: misnamed(ex, found),
    )
    models, why = below(served, "components", "schemas"), MODEL if has_model(ex) else None
    expect.that("Reading" not in models, did=READ, expected="no `Reading` in the document", observed="one", why=why)
    described = below(served, "paths", "/readings.csv", "get")
    answers = [name for name in below(described, "responses") if name != "422" or not described.get("parameters")]
    observed, why = " and ".join(answers), NEVER_COMES if len(answers) > 1 else None
    expect.that(answers == ["200"], did=READ, expected="the answer 200 alone", observed=observed, why=why)


@criterion
def test_the_stream_stays_as_it_is(ex: Exercise) -> None:
    """The stream stays as it is: the heading at once, each row when it is measured."""
    measured = ex.feed(called="reading")
    ex.replace(measure=lambda: measured)
    client = ex.get("/readings.csv", did="GET /readings.csv; a reading at 1 s and at 2 s, and no more at 4 s")
    measured.release(ex.Reading(hour=0, celsius=0.0), at=1)
    measured.release(ex.Reading(hour=1, celsius=-3.25), at=2)
    measured.end(at=4)
    ex.advance(to=5)

    def why() -> str | None:
        if "'Reading' object" in (client.error or ""):
            return NOT_TEXT
        if client.headers.get("content-type", "").startswith("application/jsonl"):
            return JSON_LINES
        return COLLECTED if {at for at, _ in client.chunks} == {4} else None

    expect(client, why=why).status(200).received(
        chunk("hour,celsius\n", at=0), chunk("0,0.0\n", at=1), chunk("1,-3.25\n", at=2), end=4
    )
    added = [f"{name}: {value}" for name, value in client.headers.items() if name != "content-type"]
    expect.that(not added, did=client.did, expected="no header that was not there before", observed=", ".join(added))


@criterion(needs=test_the_stream_stays_as_it_is)
def test_half_a_table_does_not_look_whole(ex: Exercise) -> None:
    """When the measuring breaks off, the answer breaks off as well, so that half a table does not look whole."""
    measured = ex.feed(called="reading")
    ex.replace(measure=lambda: measured)
    client = ex.get("/readings.csv", did="GET /readings.csv; a reading at 1 s, and at 2 s the measuring broke off")
    measured.release(ex.Reading(hour=0, celsius=9.8), at=1)
    measured.fail(OSError("the line to Gull Rock is down"), at=2)
    ex.advance(to=5)
    if client.error is None:  # With one the server knows, whatever a middleware has made of the end.
        expect(client, why=LOOKS_WHOLE if client.state == "ended" else None).truncated(at=2)


@criterion(needs=test_the_stream_stays_as_it_is)
def test_each_client_gets_a_table_of_its_own(ex: Exercise) -> None:
    """Each client gets a table of its own: two at once, and one that comes when another has left."""
    reading = ex.Reading

    async def measured(hour: int) -> AsyncIterator[Any]:
        await asyncio.sleep(2)
        yield reading(hour=hour, celsius=9.8)
        await asyncio.sleep(1)

    station = ex.stand_in("measure", lambda: measured(station.calls))

    def read(since: float, did: str) -> Any:
        ex.advance(to=since)
        return ex.get("/readings.csv", did=did)

    first = read(0, "GET /readings.csv, by the first of two clients at once")
    second = read(1, "GET /readings.csv, by the second of two clients at once")
    gone = read(5, "GET /readings.csv, by somebody who leaves")
    ex.advance(to=5.5)
    gone.leave()
    ex.advance(to=5.6)
    ex.get("/readings.csv", window=len("hour,celsius\n"))  # Takes the heading, and leaves its row waiting.
    last = read(6, "GET /readings.csv, when somebody else has left")
    ex.advance(to=12)
    served = [each for each in (first, second, last) if each.state == "ended" and each.error is None]
    why = SHARED if station.calls < len(served) else None
    for client, hour, since in ((first, 1, 0), (second, 2, 1), (last, 5, 6)):
        row = chunk(f"{hour},9.8\n", at=since + 2)
        expect(client, why=why).received(chunk("hour,celsius\n", at=since), row, end=since + 3)


@criterion(needs=(test_the_document_names_nothing_besides, test_the_stream_stays_as_it_is), live=True)
def test_the_wire_says_the_same(ex: Exercise) -> None:
    """What the document names is what stands in the header."""
    named = " and ".join(content(checked(ex.live.get("/openapi.json").wait(end=True).text)))
    with ex.live.get("/readings.csv").wait_headers() as client:
        sent = Message()
        sent["content-type"] = client.headers.get("content-type", "")
    added = {name for name, _ in sent.get_params([])[1:]} - {"charset"}
    endpoint = getattr(route_of(ex), "endpoint", None)
    own_yield = inspect.isasyncgenfunction(endpoint) or inspect.isgeneratorfunction(endpoint)
    expect.that(
        sent.get_content_type() == named
        and sent.get_content_charset("utf-8") == "utf-8"
        and sent["content-type"]
        and not added,
        did="read /openapi.json and the headers of GET /readings.csv",
        expected=f"content-type: {named}; charset=utf-8",
        observed=sent["content-type"] or "no content-type",
        why=NO_TYPE if own_yield and not sent["content-type"] else None,
    )
