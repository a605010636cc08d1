"""What a lab replaces of Python: found wherever it was kept, unnoticed by others, and put back."""

import _thread
import datetime
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from time import monotonic as kept_monotonic
from time import sleep as kept_sleep
from types import ModuleType

import anyio.to_thread
import pytest

from waterclock import Lab, patches

REPLACED = [
    (time, "sleep"),
    (time, "time"),
    (time, "monotonic_ns"),
    (time, "localtime"),
    (datetime.datetime, "now"),
    (datetime.datetime, "utcnow"),
    (_thread.LockType, "acquire"),
    (_thread.LockType, "__enter__"),
    (type(threading.RLock()), "release"),
    (queue.SimpleQueue, "get"),
    (threading.Thread, "start"),
    (threading.Thread, "join"),
    (anyio.to_thread, "run_sync"),
    (signal, "signal"),
]
NAMES = [f"{getattr(owner, '__name__', owner)}.{name}" for owner, name in REPLACED]


@pytest.mark.parametrize(("owner", "name"), REPLACED, ids=NAMES)
def test_what_is_replaced_is_put_back(owner: object, name: str) -> None:
    before = vars(owner)[name]
    with Lab():
        assert vars(owner)[name] is not before
        with Lab():
            pass
        assert vars(owner)[name] is not before, "one lab is still open"
    assert vars(owner)[name] is before


def test_a_lab_that_fails_to_start_gives_everything_back() -> None:
    async def app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    before = time.sleep
    with pytest.raises(Exception, match="no database"):
        Lab(app).__enter__()
    assert time.sleep is before


def test_a_lab_that_is_interrupted_before_it_has_a_thread_gives_everything_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("waterclock.lab.session.InThread", interrupted)
    before = time.sleep
    lab = Lab()
    with pytest.raises(KeyboardInterrupt):
        lab.__enter__()
    lab.close()
    assert time.sleep is before


def test_what_somebody_else_has_replaced_meanwhile_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def theirs(seconds: float) -> None: ...

    original = time.sleep
    with Lab():
        time.sleep = theirs
    assert time.sleep is theirs
    time.sleep = original


# Kept from before.


class Ticker:
    nap = time.sleep
    clock = staticmethod(time.monotonic)

    def __init__(self, timer=time.perf_counter) -> None:  # type: ignore[no-untyped-def]
        self.timer = timer


def stamped(*, clock=time.time) -> float:  # type: ignore[no-untyped-def]
    return clock()


class Holder:
    def __init__(self) -> None:
        self.pause = time.sleep


holder = Holder()


def test_names_attributes_and_defaults_that_keep_a_clock_are_found() -> None:
    def work() -> list[float]:
        kept_sleep(1)
        Ticker.nap(1)
        holder.pause(1)
        return [kept_monotonic(), Ticker.clock(), Ticker().timer(), stamped() - 1_767_355_200]

    with Lab() as lab:
        assert lab.call(work) == [3, 3, 3, 3]
    assert vars(Ticker)["nap"] is kept_sleep
    assert holder.pause is kept_sleep
    assert stamped.__kwdefaults__ == {"clock": time.time}


def test_a_library_that_keeps_a_clock_is_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType("a_library")
    exec(
        "import time\nfrom time import sleep\ndef nap(seconds, sleep=time.sleep):\n    sleep(seconds)\n", vars(library)
    )
    library.__file__ = str(Path(subprocess.__file__).with_name("a_library.py"))
    monkeypatch.setitem(sys.modules, "a_library", library)
    with Lab() as lab:
        lab.call(library.nap, 2)
        assert lab.now == 2


# Dates.


def test_all_calendars_agree() -> None:
    def dates() -> set[str]:
        time.sleep(3600)
        utc = datetime.UTC
        return {
            datetime.datetime.now(utc).isoformat(),
            datetime.datetime.fromtimestamp(time.time(), utc).isoformat(),
            datetime.datetime(*time.gmtime()[:6], tzinfo=utc).isoformat(),
            datetime.datetime.fromtimestamp(time.time_ns() / 1e9, utc).isoformat(),
            datetime.datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), utc).isoformat(),
        }

    with Lab(starts=datetime.datetime(2026, 3, 1, 12)) as lab:
        assert lab.call(dates) == {"2026-03-01T13:00:00+00:00"}
        assert lab.call(lambda: str(datetime.date.today())) == "2026-03-01"
        assert lab.call(lambda: datetime.datetime.today().year) == 2026


def test_a_subclass_of_datetime_gets_its_own_kind() -> None:
    class Moment(datetime.datetime): ...

    with Lab() as lab:
        assert type(lab.call(Moment.now)) is Moment
    assert type(Moment.now()) is Moment
    assert abs((Moment.now() - datetime.datetime.now()).total_seconds()) < 60


# Others.


def test_threads_of_others_lock_and_wait_as_ever() -> None:
    def wait() -> None:
        began = kept_monotonic()
        waited.append(threading.Event().wait(0.05))
        lasted.append(kept_monotonic() - began)

    waited: list[bool] = []
    lasted: list[float] = []
    with Lab():
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()
    assert waited == [False]
    assert lasted[0] >= 0.045


def test_a_lock_that_is_released_by_a_method_kept_from_before_is_noticed() -> None:
    lock = threading.Lock()
    release = lock.release
    lock.acquire()

    def work() -> float:
        threading.Timer(2, release).start()
        lock.acquire()
        return time.monotonic()

    with Lab() as lab:
        lab.call(lambda: None)
        assert lab.call(work) == 2


@pytest.mark.parametrize("bad", [{"blocking": False, "timeout": 1}, {"timeout": -2}])
def test_a_lock_refuses_what_it_always_refused(bad: dict[str, float]) -> None:
    lock = threading.Lock()
    with Lab() as lab, pytest.raises(ValueError, match="timeout"):
        lab.call(lambda: lock.acquire(**bad))  # type: ignore[arg-type]


def test_many_labs_leave_no_patch_and_no_thread() -> None:
    before = threading.active_count()
    for _ in range(100):
        with Lab() as lab:
            lab.call(time.sleep, 1)
    assert patches._applied == []
    assert threading.active_count() <= before + 1


PROGRAM = """
import sys
from waterclock import Lab, EndlessLoop, Patience
async def stuck():
    yield 1
    while True: pass
sys.settrace(lambda *_: None)
import threading; threading.settrace(lambda *_: (lambda *_: None))
with Lab(patience=Patience(cpu=0.2, wall=2)) as lab:
    try:
        lab.drain(stuck())
        lab.advance(1)
    except EndlessLoop as error:
        print("cut off")
print("closed")
"""


def test_a_cut_off_under_a_tracer_comes_to_its_end() -> None:
    """Coverage and debuggers trace. CPython 3.11 turned in circles when the exception was taken back."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split("\n")[:2] == ["cut off", "closed"], done.stderr
