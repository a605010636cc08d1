"""03.5: the document and the wire say the same."""

import json
from typing import Any

from course.grader import Exercise, chunk, criterion, expect

SHIPPED_STUB_FAILS = "test_the_document_names_the_media_type"

NOTHING_NAMED = (
    "StreamingResponse has no media type of its own, so the document says nothing about the body. Either a "
    "subclass has one, or `responses` names it."
)
JSON_BESIDE = (
    "What `responses` says is added to what FastAPI assumes, and unless `response_class` says otherwise it "
    "assumes JSON."
)
MODEL = (
    "`response_model` does nothing to a stream: nothing is checked, nothing is converted. All it does is to "
    "stand in the document."
)
NO_CLASS = "Without a `response_class` FastAPI assumes JSON. What type a returned response has, it cannot see."
OF_TEXT = (
    "The media type comes from the `response_class`. PlainTextResponse means text/plain, whatever the stream says."
)
NO_SCHEMA = "The media type is named, and nothing about what it carries: a schema says that it is a string."
HIDDEN = "`include_in_schema=False` takes the path out of the document. Nobody is misled any more, or told anything."
JSON_LINES = (
    "A `yield` of objects in the endpoint itself is JSON Lines: one object a line. On time, and not the table that "
    'was there before. Lesson 03 shows it in "With FastAPI\'s own `yield`".'
)
NOT_TEXT = "What a stream yields is text or bytes. A `Reading` is neither; `rows()` makes the table of them."
DISGUISED = "The media type is right, its schema is not: on the wire there are no objects, there is text."
COLLECTED = "The rows were collected before anything left: the description is right now, and the stream is gone."
NO_TYPE = (
    "A `yield` in the endpoint itself takes the media type from the response_class, and StreamingResponse has "
    "none. The document names what the wire no longer says."
)


READ = "read /openapi.json"


def content(document: dict[str, Any]) -> dict[str, Any]:
    """Media type (without its charset) -> description, for the answer 200."""
    path = document.get("paths", {}).get("/readings.csv")
    expect.that(
        path and "get" in path,
        expected="GET /readings.csv in the document",
        observed="the document has no /readings.csv at all",
        why=HIDDEN,
        did=READ,
    )
    found = path["get"].get("responses", {}).get("200", {}).get("content", {})
    return {name.partition(";")[0]: described for name, described in found.items()}


def misnamed(found: dict[str, Any]) -> str | None:
    """Why the document names something else."""
    if "items" in json.dumps(found):
        return MODEL
    if "application/json" in found:
        return NO_CLASS
    return OF_TEXT if "text/plain" in found else None if found else NOTHING_NAMED


@criterion
def test_the_document_names_the_media_type(ex: Exercise) -> None:
    """The document says that text/csv comes, a string."""
    found = content(ex.app.openapi())
    expect.that(
        "text/csv" in found,
        expected="text/csv",
        observed=" and ".join(found) or "no media type",
        why=misnamed(found),
        did=READ,
    )
    schema = found["text/csv"].get("schema", {})
    expect.that(
        schema.get("type") == "string",
        expected='{"type": "string"} as the schema of text/csv',
        observed=json.dumps(schema) if schema else "no schema",
        why=DISGUISED if schema else NO_SCHEMA,
        did=READ,
    )


@criterion(needs=test_the_document_names_the_media_type)
def test_the_document_names_nothing_besides(ex: Exercise) -> None:
    """The document promises nothing besides: no JSON, no `Reading`."""
    document = ex.app.openapi()
    found = content(document)
    models = document.get("components", {}).get("schemas", {})
    why = MODEL if "Reading" in models else JSON_BESIDE
    expect.that(list(found) == ["text/csv"], expected="text/csv alone", observed=" and ".join(found), why=why, did=READ)
    expect.that(
        "Reading" not in models, expected="no `Reading` in the document", observed="`Reading`", why=why, did=READ
    )


@criterion
def test_the_stream_stays_as_it_is(ex: Exercise) -> None:
    """The stream stays as it is: the heading at once, each row when it is measured."""
    measured = ex.feed()
    ex.replace(measure=lambda: measured)
    client = ex.get("/readings.csv")
    measured.release(ex.Reading(hour=0, celsius=10.8), at=1)
    measured.release(ex.Reading(hour=1, celsius=9.8), at=2)
    measured.end(at=2)
    ex.advance(to=5)
    collected = bool(client.chunks) and client.chunks[0][0] > 0
    json_lines = client.headers.get("content-type", "").startswith("application/jsonl")
    objects = "'Reading' object" in (client.error or "")
    why = NOT_TEXT if objects else JSON_LINES if json_lines else COLLECTED if collected else None
    expect(client, why=why, did="GET /readings.csv; a reading at 1 s and at 2 s").received(
        chunk("hour,celsius\n", at=0), chunk("0,10.8\n", at=1), chunk("1,9.8\n", at=2)
    )


@criterion(needs=(test_the_document_names_nothing_besides, test_the_stream_stays_as_it_is), live=True)
def test_the_wire_says_the_same(ex: Exercise) -> None:
    """What the document names is what stands in the header."""
    document = json.loads(ex.live.get("/openapi.json").wait(end=True).body)
    with ex.live.get("/readings.csv").wait_headers() as client:
        sent = client.headers.get("content-type", "no content-type")
    named = " and ".join(content(document))
    expect.that(
        sent.split(";")[0] == named,
        expected=f"content-type: {named}",
        observed=sent,
        why=NO_TYPE if "content-type" not in client.headers else None,
        did="read /openapi.json and the headers of GET /readings.csv",
    )
