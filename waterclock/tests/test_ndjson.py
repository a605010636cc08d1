"""One value per line, wherever the network cuts, and whatever Unicode calls a line end."""

import json

import pytest
from waterclock.ndjson import Decoder, LineDecoder, LineTooLong, encode

VALUES = [
    {"station": "Zürich", "note": "a\u2028b\u2029c\x85d"},
    "\x0b\x0c\x1c\x1d\x1e",
    [1, 2.5, None, True],
    "😀\r\n",
    0,
    {"": ""},
]


def test_values_come_back_cut_in_two_anywhere() -> None:
    body = b"".join(encode(value) for value in VALUES)

    for cut in range(len(body) + 1):
        decoder = Decoder()
        assert [*decoder.feed(body[:cut]), *decoder.feed(body[cut:]), *decoder.close()] == VALUES, f"cut at {cut}"


def test_values_come_back_byte_by_byte() -> None:
    body = b"".join(encode(value) for value in VALUES)
    decoder = Decoder()

    assert [value for i in range(len(body)) for value in decoder.feed(body[i : i + 1])] == VALUES


def test_line_separators_of_unicode_are_written_raw_and_do_not_end_a_line() -> None:
    line = encode("a\u2028b\x85c\u2029d")

    assert "\u2028".encode() in line
    assert line.count(b"\n") == 1
    assert len(line.decode().splitlines()) == 4  # This is what the naive reader sees.
    assert Decoder().feed(line) == ["a\u2028b\x85c\u2029d"]


def test_a_value_is_one_compact_line() -> None:
    assert encode({"a": [1, "é\n"]}) == '{"a":[1,"é\\n"]}\n'.encode()


def test_what_no_json_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        encode(float("nan"))
    with pytest.raises(TypeError):
        encode({1, 2})


def test_crlf_ends_a_line_too_even_when_it_is_cut() -> None:
    body = b"1\r\n2\r\n"

    for cut in range(len(body) + 1):
        decoder = LineDecoder()
        assert decoder.feed(body[:cut]) + decoder.feed(body[cut:]) == [b"1", b"2"]


def test_a_lone_cr_does_not_end_a_line() -> None:
    assert LineDecoder().feed(b"[1,\r2]\n") == [b"[1,\r2]"]


def test_blank_lines_are_skipped() -> None:
    decoder = LineDecoder()

    assert decoder.feed(b"\n\r\n 1\n \t\n\n2\n\n") == [b" 1", b"2"]
    assert decoder.close() == []


def test_a_last_line_needs_no_newline() -> None:
    decoder = LineDecoder()

    assert decoder.feed(b"1\n2") == [b"1"]
    assert decoder.close() == [b"2"]
    assert decoder.close() == []


def test_a_broken_line_is_a_json_error() -> None:
    with pytest.raises(json.JSONDecodeError):
        Decoder().feed(b'{"a":\n')


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_line_over_the_limit_is_refused_before_its_newline(size: int) -> None:
    decoder = LineDecoder(limit=10)

    def feed_for_ever() -> None:
        while True:
            decoder.feed(b"x" * size)

    with pytest.raises(LineTooLong, match="10 bytes"):
        feed_for_ever()


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_of_exactly_the_limit_is_allowed(end: bytes) -> None:
    body = b"x" * 10 + end + b"y" * 10 + end

    for cut in range(len(body) + 1):
        decoder = LineDecoder(limit=10)
        assert decoder.feed(body[:cut]) + decoder.feed(body[cut:]) == [b"x" * 10, b"y" * 10]


def test_a_long_line_within_a_chunk_is_refused_too() -> None:
    with pytest.raises(LineTooLong):
        LineDecoder(limit=10).feed(b"1\n" + b"x" * 11 + b"\n")
