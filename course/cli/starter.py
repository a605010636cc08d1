"""The texts that `course new` lays out: a small exercise that holds already, to be made into another one."""

TASK = '''"""
{id} · {title} ({level}, {minutes} min)

Readings come in, one by one. Pass each on the moment it is there. (Put your own brief here: one idea,
in words of the product, with all that the grader is going to ask for.)

Read: lesson {read}.      Check: course check {id}
"""

from collections.abc import AsyncIterator


async def {name}(readings: AsyncIterator[str]) -> AsyncIterator[str]:
{body}'''

SHIPPED = """    # TODO: pass each reading on when it comes.
    for reading in [reading async for reading in readings]:
        yield reading
"""

SOLVED = """    async for reading in readings:
        yield reading
"""

ONE_BEHIND = """# caught by: test_each_reading_leaves_at_once
# learner reads: When a reading comes, your code gives away the one before it.

from collections.abc import AsyncIterator


async def {name}(readings: AsyncIterator[str]) -> AsyncIterator[str]:
    held = None
    async for reading in readings:
        if held is not None:
            yield held
        held = reading
    if held is not None:
        yield held
"""

COLLECTED = """# caught by: test_each_reading_leaves_at_once
# learner reads: All readings are collected before the first one leaves.

from collections.abc import AsyncIterator


async def {name}(readings: AsyncIterator[str]) -> AsyncIterator[str]:
    collected = []
    async for reading in readings:
        collected.append(reading)
    for reading in collected:
        yield reading
"""

ONE_AT_A_TIME = """# caught by: test_two_readers_at_once
# learner reads: read two streams, a reading for each at 1 s

import asyncio
from collections.abc import AsyncIterator

turn = asyncio.Lock()


async def {name}(readings: AsyncIterator[str]) -> AsyncIterator[str]:
    async with turn:
        async for reading in readings:
            yield reading
"""

SWALLOWED = """# caught by: test_an_error_comes_through
# learner reads: let the source fail at 3 s

from collections.abc import AsyncIterator


async def {name}(readings: AsyncIterator[str]) -> AsyncIterator[str]:
    try:
        async for reading in readings:
            yield reading
    except Exception:
        pass
"""

MISTAKES = {
    "collected": COLLECTED,
    "one_behind": ONE_BEHIND,
    "one_at_a_time": ONE_AT_A_TIME,
    "error_swallowed": SWALLOWED,
}

GRADER = '''"""{id}: each reading leaves when it comes."""

from course.grader import Exercise, criterion, expect, item
from waterclock.lab import Reader

SHIPPED_STUB_FAILS = "test_each_reading_leaves_at_once"

COLLECTED = "All readings are collected before the first one leaves."
ONE_BEHIND = "When a reading comes, your code gives away the one before it."


@criterion
def test_each_reading_leaves_at_once(ex: Exercise) -> None:
    """Each reading leaves the moment it comes, an empty one too."""
    readings = ex.feed(called="reading")
    client = ex.drain(ex.{name}(readings), called="reading", did="sent a reading at 1 s and at 3 s; the end is at 5 s")
    readings.release("9.8 C", at=1)
    readings.release("", at=3)
    readings.end(at=5)
    ex.advance(to=10)
    expect(client, why=lambda: reason(client)).received(item("9.8 C", at=1), item("", at=3), end=5)


def reason(client: Reader) -> str | None:
    """What the times of the arrivals say. None: what was observed has to be enough."""
    times = [at for at, _ in client.items]
    return {{(5, 5): COLLECTED, (3, 5): ONE_BEHIND}}.get(tuple(times))


@criterion(needs=test_each_reading_leaves_at_once)
def test_two_readers_at_once(ex: Exercise) -> None:
    """Of two readers at once, each gets the readings of its own source."""
    ex.did("read two streams, a reading for each at 1 s")
    sources = [ex.feed(called="reading") for _ in range(2)]
    clients = [ex.drain(ex.{name}(source), called="reading") for source in sources]
    for source, reading in zip(sources, ("9.8 C", "9.2 C"), strict=True):
        source.release(reading, at=1)
    ex.advance(to=5)
    for client, reading in zip(clients, ("9.8 C", "9.2 C"), strict=True):
        expect(client).received(item(reading, at=1))


@criterion(needs=test_each_reading_leaves_at_once)
def test_an_error_comes_through(ex: Exercise) -> None:
    """When the source fails, the readings before have arrived, and the reader gets the error."""
    readings = ex.feed(called="reading")
    client = ex.drain(ex.{name}(readings), called="reading", did="let the source fail at 3 s")
    readings.release("9.8 C", at=1)
    readings.fail(OSError("the line is dead"), at=3)
    ex.advance(to=10)
    expect(client).received(item("9.8 C", at=1)).truncated(at=3)
    expect(client.error, "the error").contains("the line is dead")
'''

NOTES = """
## {id} {name}
{level} · {minutes} min

What it is about, in one sentence.

<details><summary>Hint 1</summary>

A nudge: a question that makes one look in the right place.

</details>

<details><summary>Hint 2</summary>

Closer: which part of the lesson has what is needed.

</details>

<details><summary>Hint 3</summary>

Almost: everything but the line itself.

</details>
"""

NEXT = """
It holds as it is: a stub that is wrong, its solution, a grader, four mistakes. Now make it yours.

  1  the stub: brief and TODO     {stub}
     course reset {id}           puts it into exercises/
     the solution: the same text outside of what the TODO is about
  2  the grader                   {grader}
     a function for each sentence that the learner may read; CONTRIBUTING.md has the words
  3  for each criterion a mistake, for each other right way an approach
     python -m course.soundness {id}           each gets the verdict it deserves
     python -m course.grader.mutants {id}      each single fault in the solution is caught
  4  level, minutes, hints        {notes}
  5  the page                     {page}
     <course-exercise id="{id}"></course-exercise>, and the section that the stub tells to read
     pytest tests/course/test_exercises_tree.py -k {lesson}
"""

_PLAIN = {
    "async def": "def",
    "async for": "for",
    "async with": "with",
    "AsyncIterator": "Iterator",
    "asyncio": "threading",
    "ex.feed(": "ex.sync_feed(",
}


def plain(text: str) -> str:
    """The same without `async`, for a lesson that comes before it. A plain source's reader waits in a thread."""
    for word, instead in _PLAIN.items():
        text = text.replace(word, instead)
    return text
