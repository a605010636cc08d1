"""The verdicts on code that turns in circles while no time passes."""

from typing import TYPE_CHECKING

from waterclock.errors import NoTimePasses
from waterclock.lab.leftovers import place_of_task

if TYPE_CHECKING:
    from waterclock.lab.session import Session

_ASKS_AGAIN = "It asks again and again. A turn for the others is no wait: sleep until something is due, or await it."


def no_time_passes(session: "Session") -> NoTimePasses:
    """The verdict on an event loop that has made its turns at one instant."""
    said = f"the event loop made {session.loop.clock.max_turns:,} turns and no time passed"
    tasks = [each for each in session.runner.run(session.loop.all_tasks) if not each.done()]
    # A task does not show the async generator that it reads.
    where = next(filter(None, (*map(place_of_task, tasks), session.loop.generators.place())), None)
    return deafness(session) or NoTimePasses(said, where, _ASKS_AGAIN)


def deafness(session: "Session") -> NoTimePasses | None:
    """The verdict on code that goes on although its client has left; None if there is none."""
    gone = next((each for each in session.clients if each.state == "left" and not each.task.done()), None)
    if gone is None:
        return None
    where = place_of_task(gone.task) or session.loop.generators.place()
    return NoTimePasses("the client has left, and the code swallows the cancellation: it is never done", where)
