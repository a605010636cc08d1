"""01.3: parse, filter and format, one line at a time."""

import itertools
import re

from course.grader import Exercise, criterion, expect, item

SHIPPED_STUB_FAILS = "test_one_line_in_at_most_one_line_out"

LINES = ["12:00,19.9\n", "13:00,20.0\n", "14:00,21.5\n", "15:00,18\n", "16:00,23\n"]
WARM = ["13:00 20.0 C\n", "14:00 21.5 C\n", "16:00 23.0 C\n"]

BORDER = "20 degrees is warm: the hour at exactly 20.0 belongs in."
LISTED = "Somewhere in your pipeline a list is made of all lines, and it is complete only when they end."
EARLY = "A line was read although nobody had asked for an hour yet."
ENDED = "The damaged line was the last: an error that leaves a loop or a generator ends it, whatever was still to come."
NO_ITERATOR = "A list can be gone through, but `next` wants an iterator: `iter(lines)` makes one of anything."
REPEATED = (
    "After a damaged line your code goes on with the hour before it, and shows that once more: `continue` skips it."
)
WORDED = "Where a line is damaged, the reader gets exactly what `damaged(number, line)` gives."
COUNTED = "The damage is reported under the wrong number: lines count from 1."
SKIPPED = "The damaged line was passed over in silence: the reader cannot know that an hour is missing."
LATE = "The damaged line is reported, but not where it stood: its place in the stream is gone."
SWALLOWED = (
    "The archive itself broke, and your `except` took that for a damaged line: only `parse` belongs in the `try`."
)


@criterion
def test_only_warm_hours(ex: Exercise) -> None:
    """The hours of at least 20 degrees come out, in order, as `show` writes them."""
    for lines, said in ((iter(LINES), "an iterator"), (LINES, "a list")):
        client = ex.drain(ex.warm_hours(lines), window=9)
        did = f"gave it {len(LINES)} good lines, in {said}"
        expect(client, why=NO_ITERATOR if "not an iterator" in (client.error or "") else None, did=did).no_error()
        why = BORDER if client.values == WARM[1:] else None
        expect(client.values, "what came out", why=why, did=did).equals(WARM)


@criterion(needs=test_only_warm_hours)
def test_one_line_in_at_most_one_line_out(ex: Exercise) -> None:
    """Each warm hour leaves as soon as its line is read; no line is read before someone asks."""
    lines = ex.sync_feed()
    for second, line in enumerate(LINES, start=1):
        lines.release(line, at=second)
    lines.end(at=6)
    client = ex.drain(ex.warm_hours(lines))
    ex.advance(to=10)
    gathered = len(client.items) > 1 and client.items[0][0] == 6
    expect(
        client,
        why=LISTED if gathered else None,
        did="one line per second, the end at 6 s",
    ).received(*(item(warm, at=second) for second, warm in zip((2, 3, 5), WARM, strict=True)))

    endless = ex.sync_feed(f"{hour:02}:00,25.0\n" for hour in itertools.cycle(range(24)))
    reader = ex.drain(ex.warm_hours(endless), window=0)
    ex.advance(1)
    expect(endless, why=EARLY, did="called `warm_hours`, and asked for nothing").pulled(at_most=0)
    reader.read(3)
    ex.advance(1)
    expect(reader, did="asked for three warm hours of an endless summer").no_error()
    expect(endless, did="asked for three warm hours of an endless summer").pulled(at_most=4)


@criterion(needs=test_only_warm_hours)
def test_a_damaged_line_is_reported_in_its_place(ex: Exercise) -> None:
    """A damaged line is reported in its place, as `damaged` writes it, and the stream goes on."""
    lines = ["12:00,21.0\n", "13:00,2#.#\n", "14:00,12.0\n", "no comma\n", "16:00,22.0\n"]
    expected = ["12:00 21.0 C\n", "line 2 is damaged: 13:00,2#.#\n", "line 4 is damaged: no comma\n", "16:00 22.0 C\n"]
    client = ex.drain(ex.warm_hours(iter(lines)), window=9)
    did = "gave it five lines, two of them damaged"
    expect(client, why=ENDED if client.raised is ValueError else None, did=did).no_error()
    why = reason([str(value) for value in client.values], expected)
    expect(client.values, "what came out", why=why, did=did).equals(expected)


def reason(got: list[str], expected: list[str]) -> str | None:
    if expected[-1] not in got:
        return ENDED
    if got == [expected[0], expected[-1]]:
        return SKIPPED
    if sorted(got) == sorted(expected):
        return LATE
    if len(set(got)) < len(got):
        return REPEATED
    if len(got) != len(expected):
        return None
    without_number = [[re.sub(r"^line -?\d+ ", "line ? ", line) for line in lines] for lines in (got, expected)]
    return COUNTED if without_number[0] == without_number[1] else WORDED


@criterion(needs=(test_one_line_in_at_most_one_line_out, test_a_damaged_line_is_reported_in_its_place))
def test_a_broken_archive_is_not_a_damaged_line(ex: Exercise) -> None:
    """When the archive itself breaks, its error reaches the reader."""
    # A UnicodeDecodeError is a ValueError, as those of `parse` are.
    for begin, error in (
        (0, OSError("the archive is gone")),
        (3, UnicodeDecodeError("utf-8", b"\xff", 0, 1, "broken")),
    ):
        name, first, second = type(error).__name__, begin + 1, begin + 2
        lines = ex.sync_feed()
        lines.release(LINES[1], at=first)
        lines.fail(error, at=second)
        client = ex.drain(ex.warm_hours(lines))
        ex.advance(to=begin + 3)
        did = f"a warm hour at {first} s; at {second} s the archive itself raises {name}"
        expect(client, why=SWALLOWED, did=did).received(item(WARM[0], at=first))
        expect(client.error or "no error", "the end of the stream", why=SWALLOWED, did=did).contains(str(error))
