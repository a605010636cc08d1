"""01.3: parse, filter and format, one line at a time."""

import itertools
import re
from functools import partial

from waterclock.lab import Reader

from course.grader import Exercise, criterion, expect, item, matching

SHIPPED_STUB_FAILS = "test_one_line_in_at_most_one_line_out"

LINES = ["12:00,19.9\n", "13:00,20.0\n", "14:00,21.5\n", "15:00,18\n", "16:00,23\n", "17:00,20\n"]
WARM = ["13:00 20.0 C\n", "14:00 21.5 C\n", "16:00 23.0 C\n", "17:00 20.0 C\n"]
ODD = {
    "10:00,9.0": [],
    "10:00,-3.0": [],
    "10:00,19.96": [],
    "10:00,1e1": [],
    "10:00,2e1": ["10:00 20.0 C\n"],
    "10:00, 20.0\r\n": ["10:00 20.0 C\n"],
    "10:00,100.5": ["10:00 100.5 C\n"],
    "10:00,21.26": ["10:00 21.3 C\n"],
    "10:00,2_4": ["10:00 24.0 C\n"],
    ",21.0": [" 21.0 C\n"],
    "10:00,nan": [],
    "10:00,inf": ["10:00 inf C\n"],
    "10:00,21.0,x": ["line 1 is damaged: 10:00,21.0,x\n"],
    "10:00,": ["line 1 is damaged: 10:00,\n"],
    "21.0": ["line 1 is damaged: 21.0\n"],
    "\n": ["line 1 is damaged: \n"],
}

BORDER = "20 degrees is warm: the hours at exactly 20.0 belong in."
LISTED = "Nothing left before the last line had come: something of yours, such as a list, wants all of them first."
EARLY = "A line was read although nobody had asked for an hour yet."
ENDED = (
    "After the damaged line nothing came any more. An error that leaves a loop or a generator ends it, and so do "
    "`break` and `return`."
)
REPEATED = (
    "After a damaged line your code goes on with the hour before it, and shows that once more: `continue` skips it."
)
WORDED = "Where a line is damaged, the reader gets exactly what `damaged(number, line)` gives."
COUNTED = "The damage is reported under a number that is one too low: lines count from 1."
SKIPPED = "Nothing came where the damaged lines stood: the reader cannot know that an hour is missing."
LATE = "The damaged line is reported, but not where it stood: its place in the stream is gone."
SWALLOWED = "The archive itself broke, and that was taken for a damaged line: only `parse` belongs in the `try`."
CUT_SHORT = "The archive broke, and your stream ended as if it were complete: the reader takes a part for the whole."
THROWN = (
    "The reader's error was raised at your `yield`, and that was taken for a damaged line: only `parse` belongs in the "
    "`try`."
)
ERRORS = {
    "not an iterator": "A list can be gone through, but `next` wants an iterator: `iter(lines)` makes one of anything.",
    "ignored GeneratorExit": "At `close()` your generator gave one more line instead of ending. `close()` raises "
    "GeneratorExit at the `yield`: let it pass, and let no other `yield` follow.",
}


@criterion
def test_only_warm_hours(ex: Exercise) -> None:
    """The hours of at least 20 degrees come out, in order, as `show` writes them."""
    for lines, said in ((iter(LINES), "an iterator"), (LINES, "a list"), (LINES * 2, "a list of two days")):
        client = ex.finish(ex.drain(ex.warm_hours(lines), did=f"gave it good lines, in {said}"))
        expect(client, why=matching(client.error, ERRORS)).no_error()
        why = BORDER if client.values == [hour for hour in WARM if "20.0" not in hour] else None
        expect(client.values, "what came out", why=why).equals(WARM * 2 if "two" in said else WARM)


@criterion(needs=test_only_warm_hours)
def test_one_line_in_at_most_one_line_out(ex: Exercise) -> None:
    """Each warm hour leaves as soon as its line is read; no line is read before someone asks."""
    lines = ex.sync_feed()
    for second, line in enumerate(LINES, start=1):
        lines.release(line, at=second)
    lines.end(at=7)
    client = ex.drain(ex.warm_hours(lines), did="one line per second, the end at 7 s")
    ex.advance(to=10)
    why = LISTED if {at for at, _ in client.items} == {7} else None
    expect(client, why=why).received(*(item(warm, at=at) for at, warm in zip((2, 3, 5, 6), WARM, strict=True)))

    endless = ex.sync_feed(f"{hour:02}:00,25.0\n" for hour in itertools.cycle(range(24)))
    reader = ex.drain(ex.warm_hours(endless), window=0)
    ex.advance(1)
    expect(endless, why=EARLY, did="called `warm_hours`, and asked for nothing").pulled(at_most=0)
    reader.read(3)
    ex.advance(1)
    ex.did("asked for three warm hours of an endless summer")
    expect(reader).no_error()
    expect(len(reader.items), "how many came").equals(3)
    expect(endless).pulled(at_most=4)


@criterion(needs=test_one_line_in_at_most_one_line_out)
def test_a_damaged_line_is_reported_in_its_place(ex: Exercise) -> None:
    """A damaged line is reported in its place, as `damaged` writes it, and the stream goes on."""
    given = ["12:00,21.0\n", "13:00,2#.#\n", "14:00,12.0\n", "no comma\n", "16:00,22.0\n"]
    expected = ["12:00 21.0 C\n", "line 2 is damaged: 13:00,2#.#\n", "line 4 is damaged: no comma\n", "16:00 22.0 C\n"]
    lines = ex.sync_feed()
    for second, line in enumerate(given, start=1):
        lines.release(line, at=second)
    lines.end(at=6)
    did = "gave it five lines, one per second, two of them damaged"
    client = ex.drain(ex.warm_hours(lines), did=did)
    ex.advance(to=10)
    expect(client, why=ENDED if client.raised is ValueError else None).no_error()
    why = partial(reason, [str(value) for value in client.values], expected)
    expect(client.values, "what came out", why=why, did=did).equals(expected)
    expect(client).received(*(item(each, at=at) for at, each in zip((1, 2, 4, 5), expected, strict=True)), end=6)

    given = ["#\n", "13:00,21.0\n", "", "\n", "no comma\n", "16:00,22.0\n"]
    numbered = [f"line {number} is damaged: {given[number - 1].strip()}\n" for number in (1, 3, 4, 5)]
    client = ex.finish(ex.drain(ex.warm_hours(given), did=f"gave it the lines {given}"))
    expect(client).no_error()
    expect(client.values, "what came out", did=client.did).equals(
        [numbered[0], "13:00 21.0 C\n", *numbered[1:], "16:00 22.0 C\n"]
    )

    client = ex.finish(ex.drain(ex.warm_hours(["fog\n"] * 1000), did="gave it 1,000 damaged lines"))
    expect(client).no_error()
    expect(len(client.values), "how many reports came", did=client.did).equals(1000)


def reason(got: list[str], expected: list[str]) -> str | None:
    first, second, third, last = expected
    if got[:1] == [first] and len(got) <= 2 and last not in got:
        return ENDED
    if got == [first, last]:
        return SKIPPED
    if got[:3] == [first, second, first]:
        return REPEATED
    if sorted(got) == sorted(expected):
        return LATE
    if [got[:1], got[-1:]] != [[first], [last]] or len(got) != len(expected):
        return None
    if [re.sub(r"^line \d+", "line", line) for line in got] != [
        re.sub(r"^line \d+", "line", line) for line in expected
    ]:
        return WORDED
    return COUNTED if got[1:3] == [second.replace("2", "1", 1), third.replace("4", "3", 1)] else None


@criterion(needs=test_a_damaged_line_is_reported_in_its_place)
def test_what_is_warm_and_what_is_damaged(ex: Exercise) -> None:
    """What `parse` can read is an hour, however odd it looks; what it cannot read is damaged."""
    for line, expected in ODD.items():
        client = ex.finish(ex.drain(ex.warm_hours([line]), did=f"gave it the line {line!r}"))
        expect(client).no_error()
        expect(client.values, "what came out", did=client.did).equals(expected)


@criterion(needs=test_a_damaged_line_is_reported_in_its_place)
def test_two_archives_do_not_mix(ex: Exercise) -> None:
    """Two archives at once, and one that comes later, are each read as if it were alone."""
    hills, coast = ex.sync_feed(called="line"), ex.sync_feed(called="line")
    did = "two archives, each with a line per second; this is"
    first = ex.drain(ex.warm_hours(hills), did=f"{did} the first, in which every line is damaged")
    second = ex.drain(ex.warm_hours(coast), did=f"{did} the second, in which the third is")
    for at, line in enumerate(("10:00,25", "11:00,26", "fog"), start=1):
        hills.release("fog", at=at)
        coast.release(line, at=at)
    ex.advance(to=3)
    fog = [f"line {number} is damaged: fog\n" for number in (1, 2, 3)]
    expect(first).received(*(item(line, at=at) for at, line in enumerate(fog, start=1)))
    expect(second).received(item("10:00 25.0 C\n", at=1), item("11:00 26.0 C\n", at=2), item(fog[2], at=3))
    for archive in (hills, coast):
        archive.end()
    late = ex.finish(ex.drain(ex.warm_hours(["fog"]), did="a damaged line, when two other archives had been read"))
    expect(late).received(item(fog[0]))


@criterion(needs=test_what_is_warm_and_what_is_damaged)
def test_a_broken_archive_is_not_a_damaged_line(ex: Exercise) -> None:
    """An error that is no damaged line, such as one of the archive itself, reaches the reader."""
    # A UnicodeDecodeError is a ValueError, as those of `parse` are.
    for begin, error in (
        (0, OSError("the archive is gone")),
        (3, UnicodeDecodeError("utf-8", b"\xff", 0, 1, "broken")),
    ):
        first, second = begin + 1, begin + 2
        lines = ex.sync_feed()
        lines.release(LINES[1], at=first)
        lines.fail(error, at=second)
        did = f"a warm hour at {first} s; at {second} s the archive itself raises {type(error).__name__}"
        client = ex.drain(ex.warm_hours(lines), did=did)
        ex.advance(to=begin + 3)
        why = reason_of_silence(client)
        expect(client, why=why).received(item(WARM[0], at=first))
        expect(client.error or "no error", "what the reader hears", why=why, did=did).contains(str(error))

    error = OSError("the clock stands still")
    ex.stand_in("parse", partial(fail, error))
    did = "gave it a good line, with a `parse` that raises OSError"
    client = ex.finish(ex.drain(ex.warm_hours(LINES[1:2]), did=did))
    expect(client.error or "no error", "what the reader hears", did=did).contains(str(error))


def fail(error: Exception, *_: object) -> None:
    raise error


def reason_of_silence(client: Reader) -> str | None:
    if any("is damaged" in str(value) for value in client.values):
        return SWALLOWED
    return CUT_SHORT if client.state == "ended" else None


@criterion(needs=test_a_broken_archive_is_not_a_damaged_line)
def test_the_reader_is_not_a_damaged_line(ex: Exercise) -> None:
    """A reader may leave after any line, and an error that she throws in comes back to her."""
    lines = [*LINES[1:3], "fog\n", *LINES[1:]]
    for count, said in ((2, "a warm hour"), (3, "a damaged line")):
        client = ex.drain(ex.warm_hours(lines), window=0, did=f"read as far as {said}, then called `close()`")
        client.read(count)
        ex.advance(1)
        client.leave()
        expect(client, why=matching(client.error, ERRORS)).no_error()

        stream, error = ex.warm_hours(lines), ValueError("no room on the screen")
        if not hasattr(stream, "throw"):  # It need not be a generator.
            continue
        did = f"read as far as {said}, then threw ValueError in at the `yield`, with `throw()`"
        client = ex.drain(stream, window=0, did=did)
        client.read(count)
        ex.advance(1)
        client.throw(error)
        why = THROWN if any("is damaged" in str(value) for value in client.values[count:]) else None
        expect(client.error or "no error", "what the reader gets back", why=why, did=did).contains(str(error))
