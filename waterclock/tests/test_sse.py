"""Every vector of the standard, cut in every place; and an encoder that a browser reads back unchanged."""

import base64
import json
import random
from pathlib import Path
from typing import Any

import pytest
from waterclock.sse import Comment, Decoder, Event, EventTooLarge, accepts, encode

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "sse_vectors.json").read_text(encoding="utf-8"))
PARSE = [pytest.param(vector, id=vector["name"]) for vector in VECTORS["parse_vectors"]]


def decoded(*chunks: bytes) -> tuple[list[tuple[str, str, str]], str, int | None]:
    decoder = Decoder()
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    return [(e.type, e.data, e.last_event_id) for e in events], decoder.last_event_id, decoder.retry


def expected(vector: dict[str, Any]) -> tuple[list[tuple[str, str, str]], str, int | None]:
    events = [(e["type"], e["data"], e["lastEventId"]) for e in vector["events"]]
    return events, vector["final"]["lastEventId"], vector["final"]["retry_ms"]


def cuts(size: int) -> list[int]:
    """Every place to cut; inside the long run of one vector of 100 kB, a sample."""
    if size < 5000:
        return list(range(size + 1))
    return [*range(64), *range(64, size - 64, 997), *range(size - 64, size + 1)]


@pytest.mark.parametrize("vector", PARSE)
def test_a_stream_is_read_the_same_whole_byte_by_byte_and_cut_in_two_anywhere(vector: dict[str, Any]) -> None:
    body = base64.b64decode(vector["input_b64"])
    wanted = expected(vector)

    assert decoded(body) == wanted
    assert decoded(*(body[i : i + 1] for i in range(len(body)))) == wanted
    for cut in cuts(len(body)):
        assert decoded(body[:cut], body[cut:]) == wanted, f"cut at {cut}"


@pytest.mark.parametrize("vector", [param for param in PARSE if len(param.values[0]["input_b64"]) < 48])
def test_a_short_stream_is_read_the_same_cut_in_three_anywhere(vector: dict[str, Any]) -> None:
    body = base64.b64decode(vector["input_b64"])
    wanted = expected(vector)

    for second in range(len(body) + 1):
        for first in range(second + 1):
            assert decoded(body[:first], body[first:second], body[second:]) == wanted, f"cut at {first}, {second}"


@pytest.mark.parametrize("vector", VECTORS["response_vectors"], ids=lambda v: f"{v['status']} {v['content_type']}")
def test_a_browser_stays_with_status_200_and_event_stream_only(vector: dict[str, Any]) -> None:
    assert accepts(vector["status"], vector["content_type"]) == (vector["expect"] == "open")


def test_a_response_without_a_content_type_is_refused() -> None:
    assert not accepts(200, None)


def test_a_lone_cr_ends_a_line_at_once() -> None:
    assert Decoder().feed(b"data: a\r\r") == [Event(data="a")]


def test_comments_are_handed_over() -> None:
    seen: list[str] = []
    decoder = Decoder(on_comment=seen.append)

    assert decoder.feed(b": ping\n\ndata: a\n:\n") == []
    assert decoder.feed(b"\n:two  spaces\n") == [Event(data="a")]
    assert seen == ["ping", "", "two  spaces"]


def test_events_and_comments_can_be_read_in_their_order() -> None:
    assert Decoder().read(b": ping\n\ndata: a\n:\n\n:  b\n") == [
        Comment("ping"),
        Comment(""),
        Event(data="a"),
        Comment(" b"),
    ]


def test_the_id_of_an_earlier_connection_is_kept_until_a_new_one_comes() -> None:
    decoder = Decoder(last_event_id="41")

    assert decoder.feed(b"data: a\n\nid: 42\ndata: b\n\n") == [Event("message", "a", "41"), Event("message", "b", "42")]


def feed_all(decoder: Decoder, chunks: list[bytes]) -> None:
    for chunk in chunks:
        decoder.feed(chunk)


def test_an_event_that_never_ends_is_refused() -> None:
    decoder = Decoder(max_event=1000)

    with pytest.raises(EventTooLarge, match="1000 characters"):
        feed_all(decoder, [b"data: 1234\n"] * 200)


def test_a_line_that_never_ends_is_refused() -> None:
    decoder = Decoder(max_event=1000)

    with pytest.raises(EventTooLarge):
        feed_all(decoder, [b"data 1234 "] * 200)


def test_the_limit_is_for_one_event_not_for_the_stream() -> None:
    decoder = Decoder(max_event=100)

    events = [event for _ in range(100) for event in decoder.feed(b": ping\ndata: 12345678901234567890\n\n")]

    assert len(events) == 100


def test_comments_do_not_count_towards_an_event() -> None:
    decoder = Decoder(max_event=100)

    for _ in range(100):
        assert decoder.feed(b": ping\n") == []


def test_a_retry_of_ten_thousand_digits_is_ignored() -> None:
    decoder = Decoder()

    decoder.feed(b"retry: " + b"9" * 10_000 + b"\n")

    assert decoder.retry is None


def texts() -> list[str]:
    """Everything that has broken an encoder, and random strings of it."""
    parts = ["", " ", "  a", "\t", ":", "a", "data: x", "event: evil", "\n", "\r", "\r\n", "\n\n", "é", "日本", "😀"]
    parts += ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e", "\0", "\ufeff", "\\n", '"']
    dice = random.Random(7)
    return parts + ["".join(dice.choices(parts, k=dice.randint(2, 8))) for _ in range(2000)]


def test_every_text_comes_back_with_its_newlines_as_lf() -> None:
    for text in texts():
        wanted = text.replace("\r\n", "\n").replace("\r", "\n")
        assert Decoder().feed(encode(text)) == [Event(data=wanted)], repr(text)


def test_no_comment_can_forge_a_field() -> None:
    for text in texts():
        assert Decoder().feed(encode("real", comment=text)) == [Event(data="real")], repr(text)


def test_every_type_and_id_comes_back_or_is_refused() -> None:
    for text in texts():
        forges = "\n" in text or "\r" in text
        if not forges and text:
            assert Decoder().feed(encode("x", event=text)) == [Event(text, "x")], repr(text)
        if not forges and "\0" not in text:
            assert Decoder().feed(encode("x", id=text)) == [Event("message", "x", text)], repr(text)


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\r\nb", "\n"])
def test_a_newline_in_a_type_or_an_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"event=.* newline"):
        encode("x", event=text)
    with pytest.raises(ValueError, match=r"id=.* newline"):
        encode("x", id=text)


def test_a_nul_in_an_id_and_a_negative_retry_are_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        encode("x", id="a\0")
    with pytest.raises(ValueError, match="-1 is negative"):
        encode("x", retry=-1)


def test_the_wire_is_what_the_standard_shows() -> None:
    assert encode("a\nb", event="gale", id="7", retry=250) == b"event: gale\nid: 7\nretry: 250\ndata: a\ndata: b\n\n"
    assert encode(comment="ping") == b": ping\n\n"
    assert encode(id="7") == b"id: 7\n\n"
    assert encode("") == b"data: \n\n"
    assert encode() == b""


def test_objects_become_compact_json_that_people_can_read() -> None:
    assert encode({"station": "Zürich", "gusts": [1, 2.5], "ok": None}) == (
        'data: {"station":"Zürich","gusts":[1,2.5],"ok":null}\n\n'.encode()
    )
    assert encode(0) == b"data: 0\n\n"
