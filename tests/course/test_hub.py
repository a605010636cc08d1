"""The feed of events: ids, resuming, bounded queues and heartbeats, in virtual time."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from waterclock.lab import Lab
from waterclock.lab.reader import Reader
from waterclock.sse import Decoder, Event

from course.server.hub import KEPT, RETRY, SILENCE, WAITING, Hub


class Studio:
    """A hub in a lab, with the pages that listen to it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.hub = Hub()
        lab.run(self._open())

    async def _open(self) -> None:
        self.hub.open()

    def publish(self, *numbers: int) -> None:
        """One event `report` with each number, from the loop."""
        self.lab.run(self._publish(numbers))

    async def _publish(self, numbers: tuple[int, ...]) -> None:
        for number in numbers:
            self.hub.publish("report", {"n": number})
        await asyncio.sleep(0)

    def listen(self, last_event_id: str | None = None, *, window: int | None = None) -> Reader:
        """`window`: frames that the page lets pile up unread."""
        return self.lab.drain(self.hub.listen(last_event_id), window=window)

    def close(self) -> None:
        self.lab.run(self._close())

    async def _close(self) -> None:
        self.hub.close()


@pytest.fixture
def studio() -> Iterator[Studio]:
    with Lab() as lab:
        yield Studio(lab)


def events(page: Reader) -> list[Event]:
    return [found for frame in page.values for found in Decoder().feed(frame)]


def numbers(page: Reader) -> list[Any]:
    """The number of each report, and `reset` for each of those."""
    return [int(event.data[5:-1]) if event.type == "report" else event.type for event in events(page)]


# --- what a page gets ---------------------------------------------------------------------------


def test_a_page_is_told_at_once_how_long_to_wait_before_it_reconnects(studio: Studio) -> None:
    assert studio.listen().values == [f": the course\nretry: {RETRY}\n\n".encode()]


def test_every_page_gets_every_event_once_and_in_order(studio: Studio) -> None:
    pages = [studio.listen() for _ in range(3)]
    studio.publish(1, 2, 3)

    assert [numbers(page) for page in pages] == [[1, 2, 3]] * 3


def test_an_event_is_encoded_once_for_all_pages(studio: Studio) -> None:
    one, other = studio.listen(), studio.listen()
    studio.publish(1)

    assert one.values[-1] is other.values[-1]


def test_ids_count_up_behind_a_name_for_this_run_of_the_server(studio: Studio) -> None:
    page = studio.listen()
    studio.publish(1, 2)
    boots, counts = zip(*(event.last_event_id.split("-") for event in events(page)), strict=True)

    assert counts == ("1", "2")
    assert len(set(boots)) == 1
    assert Hub()._boot != boots[0]


def test_a_new_page_gets_nothing_from_before_it_came(studio: Studio) -> None:
    studio.publish(1, 2)

    assert numbers(studio.listen()) == []


def test_events_may_come_from_any_thread(studio: Studio) -> None:
    page = studio.listen()

    async def from_a_thread() -> None:
        thread = threading.Thread(target=studio.hub.publish, args=("report", {"n": 7}))
        thread.start()
        while not page.values[1:]:
            await asyncio.sleep(0)
        thread.join()

    studio.lab.run(from_a_thread())

    assert numbers(page) == [7]


def test_before_the_server_is_up_nothing_is_said_to_nobody() -> None:
    Hub().publish("report", {"n": 1})  # and no error either


# --- silence ------------------------------------------------------------------------------------


def test_a_comment_breaks_every_silence_of_fifteen_seconds(studio: Studio) -> None:
    page = studio.listen()
    studio.lab.advance(to=46)

    assert [(at, value) for at, value in page.items[1:]] == [(at, b": ping\n\n") for at in (15.0, 30.0, 45.0)]


def test_an_event_puts_the_next_comment_off(studio: Studio) -> None:
    page = studio.listen()
    studio.lab.advance(to=10)
    studio.publish(1)
    studio.lab.advance(to=26)

    assert [at for at, _ in page.items[1:]] == [10.0, 10.0 + SILENCE]


# --- coming back --------------------------------------------------------------------------------


def test_a_page_that_comes_back_continues_after_its_last_event(studio: Studio) -> None:
    page = studio.listen()
    studio.publish(1, 2)
    page.leave()
    studio.publish(3, 4)
    again = studio.listen(events(page)[-1].last_event_id)
    studio.publish(5)

    assert numbers(again) == [3, 4, 5]


def test_a_page_that_missed_nothing_gets_nothing_again(studio: Studio) -> None:
    page = studio.listen()
    studio.publish(1)

    assert numbers(studio.listen(events(page)[-1].last_event_id)) == []


@pytest.mark.parametrize(
    "stranger",
    [
        "",
        "5",
        "-",
        "0badcafe-1",
        "{boot}-",
        "{boot}-x",
        "{boot}--1",
        "{boot}-²",
        "{boot}-99",
        "{boot}-1-2",
        "a" * 9999,
        "{boot}-" + "1" * 5000,
    ],
)
def test_an_id_that_is_not_ours_is_answered_with_a_reset_never_an_error(studio: Studio, stranger: str) -> None:
    studio.publish(1)
    page = studio.listen(stranger.format(boot=studio.hub._boot))
    studio.publish(2)

    assert numbers(page) == ["reset", 2]


def test_an_id_from_before_a_restart_is_a_reset_even_when_its_number_is_ours_too(studio: Studio) -> None:
    before = Studio(studio.lab)
    page = before.listen()
    before.publish(1)
    studio.publish(1, 2, 3)

    assert numbers(studio.listen(events(page)[-1].last_event_id)) == ["reset"]


def test_after_a_reset_a_page_can_resume_from_it(studio: Studio) -> None:
    studio.publish(1, 2)
    page = studio.listen("nonsense")
    studio.publish(3)

    assert numbers(studio.listen(events(page)[0].last_event_id)) == [3]


def test_as_much_as_may_wait_is_replayed_and_one_more_is_a_reset(studio: Studio) -> None:
    page = studio.listen()
    studio.publish(0)
    since = events(page)[-1].last_event_id
    page.leave()
    studio.publish(*range(1, WAITING + 1))
    assert numbers(studio.listen(since)) == list(range(1, WAITING + 1))

    studio.publish(WAITING + 1)
    assert numbers(studio.listen(since)) == ["reset"], "and nothing from before it"


def test_what_is_no_longer_kept_is_a_reset(studio: Studio) -> None:
    page = studio.listen()
    studio.publish(0)
    page.leave()
    studio.publish(*range(KEPT + 1))

    assert numbers(studio.listen(events(page)[-1].last_event_id)) == ["reset"]
    assert len(studio.hub._kept) == KEPT


def test_nothing_is_lost_and_nothing_comes_twice_however_often_a_page_reconnects(studio: Studio) -> None:
    seen: list[int] = []
    last = None
    for number in range(0, 60, 3):
        page = studio.listen(last)
        studio.publish(number, number + 1)
        seen += numbers(page)
        last = events(page)[-1].last_event_id
        page.leave()
        studio.publish(number + 2)
    seen += numbers(studio.listen(last))

    assert seen == list(range(60))


# --- pages that do not read ---------------------------------------------------------------------


def test_a_page_that_does_not_read_holds_nobody_up_and_a_bounded_number_of_events(studio: Studio) -> None:
    stalled, quick = studio.listen(window=1), studio.listen()
    for number in range(1000):
        studio.publish(number)
        assert max(listener.queue.qsize() for listener in studio.hub._listeners) <= WAITING

    assert numbers(quick) == list(range(1000))
    assert numbers(stalled) == []


def test_a_page_that_reads_again_is_reset_and_up_to_date_from_there(studio: Studio) -> None:
    page = studio.listen(window=1)
    studio.publish(*range(WAITING + 40))
    page.read(1000)
    studio.publish(-1)

    assert numbers(page) == ["reset", *range(WAITING + 1, WAITING + 40), -1], "and all that came after the reset"


def test_a_page_that_leaves_is_forgotten(studio: Studio) -> None:
    pages = [studio.listen() for _ in range(3)]
    assert studio.hub.listeners == 3
    for page in pages:
        page.leave()

    assert studio.hub.listeners == 0


# --- the end ------------------------------------------------------------------------------------


def test_closing_ends_every_stream_after_what_was_said(studio: Studio) -> None:
    page = studio.listen()
    studio.publish(1)
    studio.close()

    assert (numbers(page), page.state, page.ended_at) == ([1], "ended", 0.0)
    assert studio.hub.listeners == 0


def test_closing_ends_a_stream_whose_queue_is_full(studio: Studio) -> None:
    page = studio.listen(window=1)
    studio.publish(*range(WAITING + 1))
    studio.close()
    page.read(1000)

    assert page.state == "ended"


def test_a_page_that_comes_after_the_end_is_not_kept(studio: Studio) -> None:
    studio.close()

    assert studio.listen().state == "ended"
