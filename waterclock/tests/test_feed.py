"""Feeds: released item by item, in the lab, on a real loop and in real threads."""

import asyncio
import itertools
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Any

import pytest
from waterclock.feed import Connection, Feed, SyncFeed
from waterclock.lab import Lab, LabError

SOURCES = ["feed", "connection", "sync_feed"]


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


# In the lab.


@pytest.mark.parametrize("kind", SOURCES)
def test_an_end_before_what_is_still_to_come_is_refused(kind: str) -> None:
    with Lab() as lab:
        feed = getattr(lab, kind)()
        reader = lab.drain(feed)
        feed.release("a", at=1)
        feed.release("b", at=3)
        for last in (feed.end, lambda **at: feed.fail(LookupError(), **at)):
            with pytest.raises(ValueError, match="released at 3 s, after that: say when, with at=3"):
                last()
            with pytest.raises(ValueError, match="released at 3 s"):
                last(at=2)
        feed.end(at=3)
        lab.advance(5)
        assert (reader.items, reader.state) == ([(1, "a"), (3, "b")], "ended")


@pytest.mark.parametrize("kind", SOURCES)
def test_a_feed_is_silent_until_something_is_released(kind: str) -> None:
    with Lab() as lab:
        feed = getattr(lab, kind)()
        reader = lab.drain(feed)
        lab.advance(5)
        assert (reader.items, feed.pulled) == ([], 0)
        feed.release("a", "b")
        assert (reader.items, feed.pulled, feed.moments) == ([(5, "a"), (5, "b")], 2, [5, 5])
        feed.release("c", at=7.5)
        feed.end(at=8)
        lab.advance(to=10)
        assert (reader.items[-1], reader.state, reader.ended_at) == ((7.5, "c"), "ended", 8)


@pytest.mark.parametrize("kind", SOURCES)
def test_items_are_handed_out_on_demand(kind: str) -> None:
    with Lab() as lab:
        feed = getattr(lab, kind)(itertools.count())
        reader = lab.drain(feed, window=0)
        assert feed.pulled == 0
        reader.read(3)
        assert (feed.pulled, reader.values) == (3, [0, 1, 2])


@pytest.mark.parametrize("kind", SOURCES)
def test_a_feed_fails_after_what_was_released_before(kind: str) -> None:
    with Lab() as lab:
        feed = getattr(lab, kind)()
        reader = lab.drain(feed)
        feed.release(1)
        feed.fail(LookupError("cable cut"), at=3)
        lab.advance(to=4)
        assert (reader.items, reader.state, reader.error) == ([(0, 1)], "truncated", "LookupError: cable cut")


@pytest.mark.parametrize("kind", SOURCES)
def test_a_supply_that_breaks_is_the_feed_s_error(kind: str) -> None:
    def supply() -> Iterator[int]:
        yield 1
        raise LookupError("broken")

    with Lab() as lab:
        feed = getattr(lab, kind)(supply())
        reader = lab.drain(feed)
        assert (reader.values, reader.error) == ([1], "LookupError: broken")
        if kind != "connection":
            assert feed.closed_by == "its own error"


@pytest.mark.parametrize(
    ("act", "by"),
    [
        (lambda feed, reader: feed.end(), "its own end"),
        (lambda feed, reader: feed.fail(LookupError()), "its own error"),
        (lambda feed, reader: reader.cancel(), "cancellation"),
    ],
)
def test_a_generator_closes_itself_and_says_why(act: Callable[[Any, Any], None], by: str) -> None:
    with Lab() as lab:
        feed = lab.feed()
        reader = lab.drain(feed)
        lab.advance(2)
        act(feed, reader)
        assert (feed.closed, feed.closed_at, feed.closed_by) == (True, 2, by)


def test_only_aclose_closes_a_connection() -> None:
    with Lab() as lab:
        feed = lab.connection()
        reader = lab.drain(feed)
        reader.cancel()
        assert not feed.closed
        lab.run(feed.aclose())
        assert (feed.closed_by, feed.closes) == ("the reader", 1)


def test_closing_before_the_first_item_closes() -> None:
    with Lab() as lab:
        for feed in (lab.feed(), lab.connection()):
            lab.run(feed.aclose())
            assert feed.closed_by == "the reader"
        quiet = lab.sync_feed()
        quiet.close()
        assert quiet.closed_by == "the reader"


def test_closing_twice_is_counted() -> None:
    with Lab() as lab:
        feed = lab.feed([1])
        lab.run(feed.aclose())
        lab.run(feed.aclose())
        assert feed.closes == 2


async def close_in(feed: Any, patience: float) -> None:
    try:
        async with asyncio.timeout(patience):
            await feed.aclose()
    except TimeoutError:
        pass


@pytest.mark.parametrize("kind", ["feed", "connection"])
def test_closing_takes_the_time_it_was_given(kind: str) -> None:
    with Lab() as lab:
        feed = getattr(lab, kind)([1, 2], close_takes=3)
        lab.run(anext(feed))
        lab.run(close_in(feed, 10))
        assert feed.closed_at == 3


def test_a_generator_whose_clean_up_was_cancelled_stays_unclosed() -> None:
    with Lab() as lab:
        feed = lab.feed([1, 2], close_takes=3)
        lab.run(anext(feed))
        lab.run(close_in(feed, 1))
        lab.run(close_in(feed, 10))
        assert not feed.closed


def test_a_connection_whose_closing_was_cancelled_can_be_closed_again() -> None:
    with Lab() as lab:
        feed = lab.connection([1, 2], close_takes=3)
        lab.run(close_in(feed, 1))
        assert not feed.closed
        lab.run(close_in(feed, 10))
        assert feed.closed_at == 4


def test_an_error_thrown_in_comes_out() -> None:
    async def throw(feed: Feed) -> None:
        await anext(feed)
        await feed.athrow(LookupError("in"))

    with Lab() as lab:
        feed = lab.feed([1, 2])
        with pytest.raises(LookupError, match="in"):
            lab.run(throw(feed))
        assert feed.closed_by == "its own error"


def test_it_looks_like_the_generator_that_it_stands_for() -> None:
    import inspect
    from collections.abc import AsyncGenerator, Generator

    with Lab() as lab:
        assert isinstance(lab.feed(), AsyncGenerator)
        assert isinstance(lab.sync_feed(), Generator)
        assert not hasattr(lab.connection(), "athrow")
        assert not inspect.isasyncgen(lab.connection())


def test_code_in_the_lab_may_release_too() -> None:
    with Lab() as lab:
        feed = lab.feed()

        async def on_the_loop() -> None:
            await asyncio.sleep(1)
            feed.release("loop")
            feed.release("later", at=2.5)

        def in_a_worker() -> None:
            time.sleep(1)
            feed.release("worker")
            feed.release("later still", at=3.5)

        reader = lab.drain(feed)
        lab.run(on_the_loop())
        lab.call(in_a_worker)
        lab.advance(to=5)
        assert reader.items == [(1, "loop"), (2, "worker"), (2.5, "later"), (3.5, "later still")]


def test_waiting_for_a_sync_feed_on_the_loop_is_a_standstill() -> None:
    async def wrong(feed: SyncFeed) -> AsyncIterator[Any]:
        for item in feed:
            yield item

    with Lab() as lab:
        feed = lab.sync_feed()
        with pytest.raises(LabError, match="waiting for a sync source") as caught:
            lab.drain(wrong(feed))
        assert "test_feed.py:" in (caught.value.where or "")


# On a real loop, and in real threads.


def test_a_real_loop_is_woken_from_another_thread() -> None:
    feed: Feed = Feed()
    got: list[Any] = []

    async def read() -> None:
        async with aclosing(feed):
            async for item in feed:
                got.append(item)

    thread = threading.Thread(target=lambda: asyncio.run(read()))
    thread.start()
    for number in range(100):
        feed.release(number)
    wait_for(lambda: len(got) == 100)
    feed.end()
    thread.join(30)
    assert (got, feed.closed_by) == (list(range(100)), "its own end")


def test_many_releasers_lose_nothing() -> None:
    feed: SyncFeed = SyncFeed()
    got: list[Any] = []
    reader = threading.Thread(target=lambda: got.extend(feed))
    reader.start()
    writers = [threading.Thread(target=lambda: [feed.release(n) for n in range(200)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    feed.end()
    reader.join(30)
    assert sorted(got) == sorted([*range(200)] * 4)


def test_a_connection_on_a_real_loop() -> None:
    async def read() -> list[int]:
        source = Connection([1, 2, 3])
        async with aclosing(source):  # type: ignore[type-var]
            return [item async for item in source]

    assert asyncio.run(read()) == [1, 2, 3]


def test_outside_the_lab_nothing_can_be_released_at_a_time() -> None:
    with pytest.raises(ValueError, match="needs the lab"):
        Feed().release(1, at=20)


def test_a_feed_that_has_run_dry_ends() -> None:
    feed = SyncFeed(itertools.count())
    assert next(feed) == 0
    feed.run_dry()
    assert list(feed) == []
