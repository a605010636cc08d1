"""What one lab has found out about its app, apart from what clients got: what was left, what held up the loop."""

import gc
from collections.abc import Iterable
from typing import TypeVar

from waterclock import frames
from waterclock.lab import calls
from waterclock.lab.blocking import Blocked
from waterclock.lab.leftovers import Leftover, place_of_task
from waterclock.lab.owners import is_over
from waterclock.lab.session import Session

_F = TypeVar("_F", Leftover, Blocked)


def leftovers(session: Session) -> list[Leftover]:
    """What is there although that for which it was begun is over. See `Lab.leftovers`."""
    session.settle()
    loop = session.loop
    # In a thread of the lab's: a clean-up may wait, and should find its time there. Before anybody looks: otherwise it
    # would matter whether Python has happened to collect its garbage by now.
    calls.function(session, gc.collect, (), {})
    session.settle()  # Async generators that were collected are closed by tasks.
    found = loop.connections.leftovers()  # First: what an upstream has left is a consequence.
    found += session.runner.run(lambda: loop.tasks.leftovers(loop))
    found += [
        Leftover("task", f"{each.method} {each.path} is still being served", place_of_task(each.task))
        for each in session.clients
        # After a complete answer there may be work in the background. After a client has gone it has nobody to serve.
        if each.state in ("left", "truncated") and hasattr(each, "method") and not each.task.done()
    ]
    found += loop.generators.leftovers(loop.files)
    for unclosed in session.warned.found:
        if unclosed.kind == "file":
            said = f"the file {_base(unclosed.name)} was closed by the garbage collector, not by you"
            found.append(Leftover("file", said, loop.files.where(unclosed.name)))
        else:
            found.append(Leftover("coroutine", f"{unclosed.name}() was called and never awaited", unclosed.where))
    told = {each.what for each in found}
    for opened in loop.files.left_open():
        said = f"the file {opened.path} is still open"
        if said not in told:
            found.append(Leftover("file", said, opened.where))
    found += [
        Leftover("thread", f"{each.name} still runs", frames.place_of_thread(ident) or each.began_at)
        for ident, each in list(loop.threads.at_work.items())
        if is_over(each.owner)
    ]
    return found


def without(found: Iterable[_F], ignored: Iterable[str]) -> list[_F]:
    """All but those whose text or place holds one of the `ignored` words."""
    words = tuple(ignored)
    return [each for each in found if not any(word in each.what or word in (each.where or "") for word in words)]


def _base(name: str) -> str:
    return name.rpartition("/")[2] or name
