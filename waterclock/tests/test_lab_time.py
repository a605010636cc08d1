"""Virtual time: exact, repeatable, and only where it should be."""

import asyncio
import contextvars
import datetime
import random
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from waterclock.lab import Lab, LabError, NoTimePasses, WaitsForEver
from waterclock.lab.waiting_threads import GRACE


async def ticks(every: float, count: int = 1_000_000) -> AsyncIterator[int]:
    for number in range(count):
        yield number
        await asyncio.sleep(every)


async def stamps(clock: Any) -> AsyncIterator[float]:
    while True:
        yield clock()
        await asyncio.sleep(1)


def test_every_item_carries_its_exact_time() -> None:
    with Lab() as lab:
        reader = lab.drain(ticks(2.5))
        lab.advance(6)
        assert reader.items == [(0.0, 0), (2.5, 1), (5.0, 2)]
        assert lab.now == 6


def test_time_moves_only_when_it_is_asked_to() -> None:
    with Lab() as lab:
        reader = lab.drain(ticks(1))
        for _ in range(5):
            lab.session.settle()
        assert (lab.now, reader.received) == (0, 1)


def test_what_is_due_at_the_limit_happens() -> None:
    with Lab() as lab:
        reader = lab.drain(ticks(1))
        lab.advance(to=3)
        assert reader.values == [0, 1, 2, 3]


def test_a_thousand_tenths_are_a_hundred_seconds() -> None:
    with Lab() as lab:
        reader = lab.drain(ticks(0.1))
        lab.advance(to=100)
        assert reader.received == 1001
        assert reader.items[-1][0] == pytest.approx(100, abs=1e-6)


def test_a_thousand_steps_of_a_tenth_meet_the_timer_of_a_hundred() -> None:
    with Lab() as lab:
        reader = lab.drain(ticks(100))
        for _ in range(1000):
            lab.advance(0.1)
        assert reader.received == 2


def test_timers_less_than_a_microsecond_apart_keep_their_order_and_their_times() -> None:
    order: list[tuple[str, float]] = []

    async def late(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        order.append((name, asyncio.get_running_loop().time()))

    async def both() -> None:
        await asyncio.gather(late("second", 1.000_000_2), late("first", 1.0))

    with Lab() as lab:
        lab.run(both())
    assert order == [("first", 1.0), ("second", 1.000_000_2)]


def test_a_sleep_of_a_month_takes_a_month() -> None:
    month = 30 * 86_400.0
    with Lab() as lab:
        reader = lab.drain(ticks(month))
        assert lab.until(lambda: reader.received == 2, within=month + 1)
        assert reader.items[1] == (month, 1)


def test_zero_and_negative_sleeps_take_no_time() -> None:
    with Lab() as lab:
        lab.run(asyncio.sleep(0))
        lab.run(asyncio.sleep(-5))
        assert lab.now == 0


def test_time_does_not_run_backwards() -> None:
    with Lab() as lab:
        lab.advance(5)
        with pytest.raises(ValueError, match="backwards"):
            lab.advance(to=4)
        with pytest.raises(ValueError, match="backwards"):
            lab.advance(-1)


def test_until_stops_at_the_very_timer() -> None:
    with Lab() as lab:
        reader = lab.drain(ticks(0.7))
        assert lab.until(lambda: reader.received == 3)
        assert lab.now == 1.4


def test_until_gives_up_when_it_was_told_to() -> None:
    with Lab() as lab:
        lab.drain(ticks(0.7))
        assert not lab.until(lambda: False, within=10)
        assert lab.now == 10


@pytest.mark.parametrize("name", ["monotonic", "perf_counter", "time"])
def test_the_clocks_of_time_show_virtual_seconds(name: str) -> None:
    with Lab() as lab:
        reader = lab.drain(stamps(lambda: getattr(time, name)()))
        nanoseconds = lab.drain(stamps(lambda: getattr(time, name + "_ns")()))
        lab.advance(2)
        first = reader.values[0]
        assert [value - first for value in reader.values] == [0, 1, 2]
        assert [value / 1e9 for value in nanoseconds.values] == pytest.approx(reader.values)


def test_the_wall_clock_begins_on_a_friday_noon_in_2026() -> None:
    with Lab() as lab:
        seconds = lab.run(_now())
        assert datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat() == "2026-01-02T12:00:00+00:00"


async def _now() -> float:
    return time.time()


def test_datetime_now_is_real() -> None:
    """Documented in `waterclock.patches.clocks`: it is C code without a seam."""

    async def today() -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)

    before = datetime.datetime.now(datetime.UTC)
    with Lab() as lab:
        lab.advance(86_400)
        assert lab.run(today()) - before < datetime.timedelta(hours=1)


def test_outside_the_lab_clocks_and_sleep_are_real() -> None:
    with Lab() as lab:
        lab.advance(1000)
        begin = time.monotonic()
        time.sleep(0.01)
        assert 0.005 < time.monotonic() - begin < 5
        assert abs(time.time() - datetime.datetime.now().timestamp()) < 5


def test_randomness_is_the_same_in_every_lab_and_untouched_outside() -> None:
    async def draw() -> list[float]:
        return [random.random() for _ in range(3)]

    random.seed(42)
    undisturbed = [random.random() for _ in range(2)]
    random.seed(42)
    first = random.random()
    with Lab() as lab:
        one = lab.run(draw())
    with Lab() as lab:
        again = lab.run(draw())
    with Lab(seed=1) as lab:
        other = lab.run(draw())
    assert one == again != other
    assert [first, random.random()] == undisturbed


def test_two_labs_that_overlap_give_the_randomness_back() -> None:
    state = random.getstate()
    one, two = Lab().__enter__(), Lab().__enter__()
    one.close()
    two.close()
    assert random.getstate() == state


def test_nested_task_groups_and_time_outs_go_by_the_same_clock() -> None:
    async def nested() -> list[float]:
        loop, seen = asyncio.get_running_loop(), []

        async def child(seconds: float) -> None:
            await asyncio.sleep(seconds)
            seen.append(loop.time())

        async with asyncio.TaskGroup() as outer:
            outer.create_task(child(3))
            async with asyncio.TaskGroup() as inner:
                inner.create_task(child(1))
                inner.create_task(child(2))
            seen.append(loop.time())
        try:
            async with asyncio.timeout(0.5):
                await child(100)
        except TimeoutError:
            seen.append(loop.time())
        return seen

    with Lab() as lab:
        assert lab.run(nested()) == [1, 2, 2, 3, 3.5]


def test_context_variables_follow_into_threads_and_not_out_of_them() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")

    def inside() -> str:
        seen = variable.get()
        variable.set("thread")
        return seen

    async def main() -> tuple[str, str]:
        variable.set("task")
        return await asyncio.to_thread(inside), variable.get()

    with Lab() as lab:
        assert lab.run(main()) == ("task", "task")
    assert variable.get() == "unset"


def test_a_lab_works_where_a_loop_is_running_already() -> None:
    """As in Jupyter."""

    async def cell() -> list[tuple[float, int]]:
        with Lab() as lab:
            reader = lab.drain(ticks(1))
            lab.advance(2)
            before = time.monotonic()
            assert before > 2
            return reader.items

    assert asyncio.run(cell()) == [(0, 0), (1, 1), (2, 2)]


def test_two_labs_at_once_do_not_disturb_each_other() -> None:
    stories: dict[int, list[tuple[float, int]]] = {}

    def tell(number: int) -> None:
        with Lab() as lab:
            reader = lab.drain(ticks(1 + number / 10))
            for _ in range(50):
                lab.advance(1)
            stories[number] = reader.items

    threads = [threading.Thread(target=tell, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, story in stories.items():
        assert story[:38] == [(pytest.approx(n * (1 + number / 10)), n) for n in range(38)]


def test_a_lab_inside_a_worker_of_another_lab() -> None:
    def inner() -> list[float]:
        with Lab() as lab:
            reader = lab.drain(ticks(1))
            lab.advance(3)
            return [at for at, _ in reader.items]

    with Lab() as outer:
        assert outer.call(inner) == [0, 1, 2, 3]


def a_slow_lab() -> float:
    """It computes for longer in one go than anything outside of a lab is waited for."""

    async def computing() -> None:
        begin = time.thread_time()
        while time.thread_time() - begin < 2 * GRACE:
            pass
        await asyncio.sleep(3)

    with Lab() as lab:
        lab.run(computing())
        return lab.now


def test_a_lab_that_takes_long_in_a_worker_of_another_is_waited_for() -> None:
    with Lab() as outer:
        assert outer.call(a_slow_lab) == 3
        assert (outer.now, list(outer.beyond)) == (0, [])


def test_a_lab_cannot_be_opened_on_the_loop_of_another() -> None:
    async def main() -> float:
        return a_slow_lab()

    with Lab() as outer, pytest.raises(LabError, match="cannot be opened on the event loop of another"):
        outer.run(main())


def test_code_inside_the_lab_cannot_let_time_pass() -> None:
    with Lab() as lab:

        async def impatient() -> None:
            lab.advance(1)

        with pytest.raises(LabError, match="Only its caller can"):
            lab.run(impatient())


def test_a_closed_lab_says_so() -> None:
    with Lab() as lab:
        pass
    with pytest.raises(LabError, match="closed"):
        lab.advance(1)


def test_closing_twice_is_closing_once() -> None:
    lab = Lab().__enter__()
    lab.close()
    lab.close()


def test_sleep_on_the_loop_stops_everybody_and_is_reported() -> None:
    async def rude() -> AsyncIterator[int]:
        await asyncio.sleep(0.9)
        time.sleep(0.5)
        yield 1

    with Lab() as lab:
        neighbour = lab.drain(ticks(0.25))
        lab.drain(rude())
        lab.advance(to=2)
        assert [at for at, _ in neighbour.items] == [0, 0.25, 0.5, 0.75, 1.4, 1.65, 1.9]
        assert [(each.kind, each.at, each.seconds) for each in lab.blocked] == [("sleep", 0.9, 0.5)]
        assert str(lab.blocked[0]).startswith("time.sleep(0.5) at ")


def test_a_stream_that_only_blocks_gives_the_control_back_at_the_limit() -> None:
    async def rude() -> AsyncIterator[int]:
        for number in range(1_000_000):
            yield number
            time.sleep(1)

    with Lab() as lab:
        reader = lab.drain(rude())
        lab.advance(to=3.5)
        assert reader.items == [(n, n) for n in range(5)]
        assert lab.now == 4  # The sleep that was under way took its time.
        lab.advance(to=3.9)  # No error: time was asked to get there, and is there.
        lab.advance(to=6)
        assert reader.items[-1] == (7, 7)
        reader.leave()
        assert reader.task.done()


@pytest.mark.parametrize(
    ("length", "error"), [("1", TypeError), (None, TypeError), (-1, ValueError), (float("nan"), ValueError)]
)
def test_what_is_no_length_of_time_is_the_same_error_as_ever(length: Any, error: type[Exception]) -> None:
    async def on_the_loop() -> None:
        time.sleep(length)

    with Lab() as lab:
        with pytest.raises(error):
            lab.call(time.sleep, length)
        with pytest.raises(error):
            lab.run(on_the_loop())
    with pytest.raises(error):
        time.sleep(length)


def test_a_wait_that_nothing_can_end_is_told_from_one_that_takes_long() -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    async def long() -> None:
        await asyncio.sleep(10_000)

    with Lab() as lab:
        with pytest.raises(WaitsForEver, match="the coroutine waits, and nothing is left that could wake it") as caught:
            lab.run(for_ever())
        assert "test_lab_time.py:" in str(caught.value.where)
        with pytest.raises(WaitsForEver, match=r"wait\(\) waits, and nothing is left"):
            lab.call(threading.Event().wait)
        with pytest.raises(LabError, match="did not end within 3600 virtual seconds: it still waits"):
            lab.run(long())


def test_a_stream_in_which_no_time_passes_is_named_with_its_line() -> None:
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield "x"
            while True:
                await asyncio.sleep(0)

        return StreamingResponse(body())

    with Lab(app) as lab, pytest.raises(NoTimePasses) as caught:
        lab.get("/")
    assert "test_lab_time.py:" in str(caught.value.where)


def test_somebody_sets_the_clock() -> None:
    """What shows the time of day jumps; what measures time, and all that waits, does not."""
    seen: list[tuple[float, float, float]] = []

    async def look() -> AsyncIterator[int]:
        for number in range(3):
            seen.append((time.time(), datetime.datetime.now(datetime.UTC).timestamp(), time.monotonic()))
            yield number
            await asyncio.sleep(10)

    with Lab(starts=datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)) as lab:
        client = lab.drain(look())
        lab.advance(5)
        lab.set_clock(by=-3600)
        lab.advance(20)
    began = seen[0]
    shown = [tuple(round(now - then) for now, then in zip(each, began, strict=True)) for each in seen]
    assert shown == [(0, 0, 0), (10 - 3600, 10 - 3600, 10), (20 - 3600, 20 - 3600, 20)]
    assert [at for at, _ in client.items] == [0, 10, 20]
