"""The work that was given to each pool of threads, for whoever waits until the pool is done."""

import concurrent.futures
import weakref
from typing import TYPE_CHECKING, Any

from course.lab.virtual_time import worker

if TYPE_CHECKING:
    from course.lab.loop import LabLoop

ENDS = "waiting for the threads of a pool (its `with` ends, or `shutdown`)"
WHY = (
    "The end of the `with` waits for the thread, and the loop waits with it. `shutdown` does the same. "
    "Make a pool once, for the life of the server."
)

_jobs: "weakref.WeakKeyDictionary[Any, list[concurrent.futures.Future[Any]]]" = weakref.WeakKeyDictionary()


def note(pool: Any, job: "concurrent.futures.Future[Any]") -> None:
    """`job` is done when the thread is: a cancelled `await` does not end a thread that has begun."""
    _jobs[pool] = [*(each for each in _jobs.get(pool, ()) if not each.done()), job]


def wait(pool: Any, lab: "LabLoop") -> None:
    """Waits until the pool is done, in a worker or on the loop. There it is reported, and may be for ever."""
    pending = [each for each in _jobs.get(pool, ()) if not each.done()]
    if worker.loop is not None:
        concurrent.futures.wait(pending)
    elif pending:
        lab.wait_on_the_loop(lambda: all(each.done() for each in pending), ENDS, WHY)
