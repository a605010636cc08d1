"""Expectations: what passes, and what is said when it does not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from waterclock.expectations import Unmet, chunk, event, expect, item, line, ping
from waterclock.lab import Lab

app = FastAPI()


@app.get("/count")
async def count() -> StreamingResponse:
    async def content() -> AsyncIterator[str]:
        for number in range(3):
            yield f"{number}\n"
            await asyncio.sleep(1)

    return StreamingResponse(content(), media_type="text/plain")


@app.get("/breaks")
async def breaks() -> StreamingResponse:
    async def content() -> AsyncIterator[str]:
        yield "0\n"
        await asyncio.sleep(1)
        raise LookupError("cable cut")

    return StreamingResponse(content())


@app.get("/long", response_class=EventSourceResponse)
async def at_length() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(data=long("High Tarn"), event="gale", id="4")


@app.get("/alerts", response_class=EventSourceResponse)
async def alerts() -> AsyncIterator[ServerSentEvent]:
    await asyncio.sleep(20)
    yield ServerSentEvent(data={"wind": 9}, event="gale", id="1")


@app.get("/text")
async def text() -> PlainTextResponse:
    return PlainTextResponse("Wind: 9 ü")


@pytest.fixture
def lab() -> Any:
    with Lab(app) as lab:
        yield lab


def unmet(check: Callable[[], Any]) -> Unmet:
    with pytest.raises(Unmet) as caught:
        check()
    return caught.value


# Clients.


def test_exactly_this_has_arrived(lab: Lab) -> None:
    client = lab.get("/count")
    lab.advance(to=1.5)
    expect(client).received(chunk("0\n", at=0), chunk(b"1\n", at=1)).received(line("0", at=0), line("1"))
    expect(client).received_first(chunk("0\n")).still_open().status(200)
    lab.advance(to=5)
    expect(client).ended().ended(at=3).text("0\n1\n2\n").body(b"0\n1\n2\n")


def test_a_microsecond_is_no_difference_and_two_are(lab: Lab) -> None:
    client = lab.get("/count")
    lab.advance(to=1.5)
    expect(client).received(chunk("0\n", at=0), chunk("1\n", at=1 + 9e-7))
    unmet(lambda: expect(client).received(chunk("0\n", at=0), chunk("1\n", at=1 + 2e-6)))


def test_a_wrong_time_is_told_in_words_and_drawn(lab: Lab) -> None:
    client = lab.get("/count")
    lab.advance(to=1.5)
    error = unmet(lambda: expect(client, why="Because.", did="asked").received(chunk("0\n", at=0), chunk("1\n", at=2)))
    assert error.expected == '"0\\n" 0 s · "1\\n" 2 s'
    assert error.observed.startswith('"0\\n" 0 s · "1\\n" 1 s')
    assert (error.why, error.did) == ("Because.", "asked")
    assert error.expected_line is not None
    assert error.observed_line is not None
    assert [mark.at for mark in error.expected_line.marks] == [0, 2]
    assert [mark.at for mark in error.observed_line.marks] == [0, 1]


def test_an_end_that_is_expected_is_drawn_and_judged(lab: Lab) -> None:
    client, broken = lab.get("/count"), lab.get("/breaks")
    lab.advance(to=5)
    numbers = [chunk(f"{number}\n", at=number) for number in range(3)]
    expect(client).received(*numbers, end=3)
    for error in (
        unmet(lambda: expect(client).received(*numbers, end=2)),
        unmet(lambda: expect(broken).received(*numbers, end=2)),
    ):
        assert error.expected.endswith("end of stream 2 s")
        assert error.expected_line is not None
        assert (error.expected_line.state, error.expected_line.until) == ("ended", 2)


def test_an_error_is_told_with_its_line_before_anything_is_compared(lab: Lab) -> None:
    client = lab.get("/breaks")
    expect(client).no_error()
    lab.advance(to=5)
    error = unmet(lambda: expect(client).no_error())
    assert (error.expected, error.observed) == ("no error", "LookupError: cable cut")
    assert "test_expect.py:" in (error.where or "")


def test_too_much_and_too_little_are_not_enough(lab: Lab) -> None:
    client = lab.get("/count")
    unmet(lambda: expect(client).received())
    unmet(lambda: expect(client).received(chunk("0\n"), chunk("1\n")))
    unmet(lambda: expect(client).received_first(chunk("0\n"), chunk("1\n")))
    unmet(lambda: expect(client).received_nothing())


def test_events_and_pings(lab: Lab) -> None:
    client = lab.get("/alerts")
    expect(client).received_nothing()
    lab.advance(to=30)
    expect(client).received(ping(at=15), event({"wind": 9}, type="gale", id="1", at=20)).ended(at=20)
    error = unmet(lambda: expect(client).received(event({"wind": 8}, at=20)))
    assert "ping 15 s" in error.observed


def long(place: str) -> dict[str, str]:
    return {"message": f"the wind has turned, and the whole coast from {place} on is warned"}


def test_two_payloads_with_the_same_beginning_are_shown_where_they_differ(lab: Lab) -> None:
    client = lab.get("/long")
    error = unmet(lambda: expect(client).received(event(long("Gull Bay"))))
    assert error.difference is not None
    wanted, got, at = error.difference
    assert (wanted[at:][:8], got[at:][:8]) == ("Gull Bay", "High Tar")
    assert "the first difference is at character" in str(error)


def test_an_id_that_differs_is_shown_though_the_data_are_the_same(lab: Lab) -> None:
    error = unmet(lambda: expect(lab.get("/long")).received(event(long("High Tarn"), id="5")))
    assert error.difference is not None
    assert error.difference[0].endswith("id 5")
    assert error.difference[1].endswith("id 4")


def test_what_fits_has_one_name_and_one_symbol(lab: Lab) -> None:
    error = unmet(lambda: expect(lab.get("/long")).received(event(id="4"), event("another")))
    assert error.expected_line is not None
    assert error.observed_line is not None
    assert error.expected_line.marks[0].label == error.observed_line.marks[0].label


def test_a_time_is_a_number() -> None:
    with pytest.raises(TypeError, match="at is a number of seconds, got 'keep-alive'"):
        ping("keep-alive")  # type: ignore[arg-type]


def test_items_of_a_generator(lab: Lab) -> None:
    reader = lab.drain([1, "a"])
    expect(reader).received(item(1, at=0), item("a", at=0)).ended()
    assert unmet(lambda: expect(reader).received(item(2))).observed.startswith('1, "a" both at 0 s')


def test_a_mix_of_views_is_the_grader_s_mistake(lab: Lab) -> None:
    with pytest.raises(TypeError, match="mixes"):
        expect(lab.get("/count")).received(chunk("a"), line("b"))


def test_a_text_that_differs_gets_the_place(lab: Lab) -> None:
    client = lab.get("/text")
    expect(client).text("Wind: 9 ü")
    assert unmet(lambda: expect(client).text("Wind: 8 ü")).difference == ("Wind: 8 ü", "Wind: 9 ü", 6)
    assert unmet(lambda: expect(client).body(b"Wind")).difference == ("Wind", "Wind: 9 \\xc3\\xbc", 4)


def test_status_and_headers(lab: Lab) -> None:
    client = lab.get("/text")
    expect(client).header("Content-Type", "text/plain;charset=UTF-8").no_header("x-none")
    assert unmet(lambda: expect(client).status(404)).observed == "status 200"
    assert unmet(lambda: expect(client).header("x-none", "1")).observed == "no x-none header"
    assert "text/plain" in unmet(lambda: expect(client).no_header("content-type")).observed


def test_an_answer_that_has_not_come_is_said_so(lab: Lab) -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(10)

    client = lab.request("GET", "/", app=silent)
    assert unmet(lambda: expect(client).status(200)).observed == "no answer yet"
    assert "no answer yet" in unmet(lambda: expect(client).header("a", "b")).observed


def test_a_reason_is_looked_for_only_when_it_is_needed(lab: Lab) -> None:
    asked: list[str] = []

    def reason() -> str:
        asked.append("asked")
        return "Because."

    client = lab.get("/count")
    client.did = "GET /count"
    lab.advance(10)
    expect(client, why=reason).status(200)
    assert not asked
    error = unmet(lambda: expect(client, why=reason).status(404))
    assert (error.why, error.did, asked) == ("Because.", "GET /count", ["asked"])
    assert unmet(lambda: expect(client, did="looked again").status(404)).did == "looked again"


def test_a_stream_that_broke_says_why_and_where(lab: Lab) -> None:
    client = lab.get("/breaks")
    lab.advance(to=2)
    expect(client).truncated().truncated(at=1)
    error = unmet(lambda: expect(client).ended())
    assert "LookupError: cable cut" in error.observed
    assert "test_expect.py:" in (error.where or "")
    unmet(lambda: expect(client).still_open())
    unmet(lambda: expect(client).truncated(at=2))


# Feeds.


def test_what_was_taken_from_a_feed(lab: Lab) -> None:
    feed = lab.feed([1, 2, 3])
    lab.drain(feed, window=2)
    expect(feed).pulled(2).pulled(at_most=2).not_closed()
    assert unmet(lambda: expect(feed).pulled(1)).observed == "2 items taken from the source"
    assert unmet(lambda: expect(feed).pulled(at_most=1)).expected == "at most 1 item taken from the source"


def test_closing_is_told_with_time_and_number(lab: Lab) -> None:
    feed = lab.feed()
    reader = lab.drain(feed)
    assert "never closed" in unmet(lambda: expect(feed).closed()).observed
    lab.advance(2)
    reader.leave()
    expect(feed).closed(at=2)
    assert "closed at 2 s by" in unmet(lambda: expect(feed).closed(at=1)).observed
    assert "at 2 s" in unmet(lambda: expect(feed).not_closed()).observed
    unmet(lambda: expect(feed).closed(times=7))


def test_running_ahead_of_the_client_is_noticed(lab: Lab) -> None:
    async def hoard(source: AsyncIterator[int]) -> AsyncIterator[int]:
        for each in [each async for each in source]:
            yield each

    lazy, greedy = lab.feed([1, 2, 3]), lab.feed([1, 2, 3])
    expect(lazy).stayed_with(lab.drain(lazy))
    error = unmet(lambda: expect(greedy).stayed_with(lab.drain(hoard(greedy))))
    assert error.observed == "item 2 was taken when the client had 0"


# Values.


def test_values_are_compared_and_shown() -> None:
    expect(3, "the count").equals(3).at_most(3)
    expect("abc", "the text").contains("b")
    assert unmet(lambda: expect(4, "the count").equals(3)).observed == "4"
    assert unmet(lambda: expect(4000, "the count").at_most(3)).observed == "4,000"
    assert unmet(lambda: expect("axc", "the text").equals("abc")).difference == ("abc", "axc", 1)


def test_a_value_of_the_wrong_kind_is_an_answer_too() -> None:
    assert unmet(lambda: expect(None, "the text").contains("b")).observed == "None"
    assert unmet(lambda: expect(None, "the count").at_most(3)).observed == "None"
    assert unmet(lambda: expect("many", "the count").at_most(3)).observed == "'many'"


def test_errors_are_expected_by_kind() -> None:
    expect(lambda: int("x"), "int").raises(ValueError)
    assert "it returned 1" in unmet(lambda: expect(lambda: 1, "one").raises(ValueError)).observed
    other = unmet(lambda: expect(_fails, "it", why="Silence.").raises(ValueError))
    assert (other.observed, other.why) == ("LookupError: no", None)  # The reason is one for silence.
    assert "test_expect.py:" in (other.where or "")


def test_an_unmet_expectation_inside_is_passed_on() -> None:
    inner = unmet(lambda: expect(lambda: expect(1, "one").equals(2), "it").raises(ValueError))
    assert inner.expected == "one: 2"


def _fails() -> None:
    raise LookupError("no")


def test_a_condition_of_the_grader_s_own() -> None:
    expect.that(True, expected="a", observed="b")
    assert unmet(lambda: expect.that(0, expected="a", observed="b")).observed == "b"


def test_what_nobody_knows_needs_a_name() -> None:
    with pytest.raises(TypeError, match="give a list a name"):
        expect([])
