"""Plain generators, read as a client reads them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from waterclock.lab import Lab


async def forever(log: list[str] | None = None) -> AsyncIterator[int]:
    number = 0
    try:
        while True:
            try:
                yield number
            except LookupError:
                yield -1
            number += 1
            await asyncio.sleep(1)
    finally:
        if log is not None:
            log.append(f"closed at {asyncio.get_running_loop().time():g}")


def steps(log: list[str] | None = None) -> Iterator[int]:
    try:
        for number in range(3):
            try:
                yield number
            except LookupError:
                yield -1
            time.sleep(1)
    finally:
        if log is not None:
            log.append(f"closed at {time.monotonic():g}")


def test_a_sync_generator_is_read_in_a_thread() -> None:
    with Lab() as lab:
        reader = lab.drain(steps())
        lab.advance(to=5)
        assert (reader.items, reader.state, reader.ended_at) == ([(0, 0), (1, 1), (2, 2)], "ended", 3)


def test_any_iterable_will_do() -> None:
    with Lab() as lab:
        assert lab.drain([1, 2]).values == [1, 2]
        assert lab.drain("ab").text == "ab"
        assert lab.drain({"k": 1}).values == ["k"]


def test_what_cannot_be_iterated_is_an_error_of_the_stream() -> None:
    with Lab() as lab:
        reader = lab.drain(None)
        assert (reader.state, reader.raised) == ("truncated", TypeError)
        assert "got NoneType" in (reader.error or "")


def test_text_and_bytes_are_read_as_chunks_lines_and_events() -> None:
    with Lab() as lab:
        reader = lab.drain(["data: ä\n", b"\n", ": ping\n\n"])
        assert reader.body == "data: ä\n\n: ping\n\n".encode()
        assert [text for _, text in reader.lines] == ["data: ä", "", ": ping", ""]
        assert [type(each).__name__ for _, each in reader.events] == ["Event", "Comment"]


def test_an_error_truncates_and_says_where() -> None:
    async def fails() -> AsyncIterator[int]:
        yield 1
        raise LookupError("no such station")

    with Lab() as lab:
        reader = lab.drain(fails())
        assert (reader.state, reader.error, reader.raised) == ("truncated", "LookupError: no such station", LookupError)
        assert "test_lab_reader.py:" in (reader.error_at or "")


def test_leaving_closes_an_async_generator_at_once() -> None:
    log: list[str] = []
    with Lab() as lab:
        reader = lab.drain(forever(log))
        lab.advance(to=2.5)
        reader.leave()
        assert (log, reader.state, reader.ended_at) == (["closed at 2.5"], "left", 2.5)
        reader.leave()


def test_leaving_closes_a_sync_generator_when_its_step_is_done() -> None:
    log: list[str] = []
    with Lab() as lab:
        reader = lab.drain(steps(log))
        lab.advance(to=0.5)
        reader.leave()
        assert log == []
        lab.advance(to=2)
        assert log == ["closed at 1"]


def test_cancelling_closes_nothing_but_what_waits() -> None:
    log: list[str] = []
    with Lab() as lab:
        waiting = lab.drain(forever(log))
        lab.advance(to=0.5)
        waiting.cancel()
        assert log == ["closed at 0.5"]
        at_yield = forever(log)
        suspended = lab.drain(at_yield, pause=1)
        suspended.cancel()
        assert log == ["closed at 0.5"]
        assert any("never closed" in str(each) for each in lab.leftovers())
        lab.run(at_yield.aclose())  # type: ignore[attr-defined]


def test_a_pause_is_taken_over_each_item() -> None:
    with Lab() as lab:
        reader = lab.drain(forever(), pause=0.5)
        lab.advance(to=4)
        assert [at for at, _ in reader.items] == [0, 1.5, 3]


def test_a_window_of_one_waits_for_each_reading() -> None:
    with Lab() as lab:
        reader = lab.drain(iter(range(9)), window=1)
        assert reader.values == [0]
        reader.read()
        assert reader.values == [0, 1]
        reader.read(3)
        assert reader.values == [0, 1, 2, 3, 4]


def test_a_window_of_nothing_asks_only_when_told() -> None:
    asked: list[int] = []

    def source() -> Iterator[int]:
        for number in range(9):
            asked.append(number)
            yield number

    with Lab() as lab:
        reader = lab.drain(source(), window=0)
        assert (asked, reader.values) == ([], [])
        reader.read(2)
        assert (asked, reader.values) == ([0, 1], [0, 1])


@pytest.mark.parametrize("source", [forever, steps])
def test_an_error_is_thrown_in_at_the_yield(source: Any) -> None:
    with Lab() as lab:
        reader = lab.drain(source(), window=1)
        reader.throw(LookupError("from outside"))
        assert reader.values == [0, -1]


def test_a_generator_that_only_cleans_up_slowly_is_waited_for() -> None:
    log: list[str] = []

    async def slow() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.sleep(100)
        finally:
            await asyncio.shield(asyncio.sleep(0))
            log.append("clean")

    with Lab() as lab:
        reader = lab.drain(slow(), pause=1)
        reader.leave()
        lab.advance(1)
        assert log == ["clean"]


def test_the_order_of_taking_and_sending_is_kept() -> None:
    with Lab() as lab:
        feed = lab.feed([1, 2])
        reader = lab.drain(feed)
        assert [(what, who is feed) for _, what, who in reader.moments] == [
            ("taken", True),
            ("sent", False),
            ("taken", True),
            ("sent", False),
        ]
