"""01.2: lists of `size`, as soon as they are full, from a source that may never end."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from waterclock.lab import Reader

from course.grader import Exercise, criterion, expect, item, matching

SHIPPED_STUB_FAILS = "test_takes_no_more_than_it_gives"

MANY = 2000  # Readings: enough to see who takes them all, and few enough to wait for.

TAIL = "The readings that are left when the loop is over were dropped: a short last batch is still a batch."
AGAIN = "A list can be read again from its start, and yours is, for every batch: take one iterator and stay with it."
EMPTY = "There is nothing left to give, and an empty batch was given all the same."
PADDED = "The last batch was filled up with something that nobody measured."
TUPLES = "A tuple is not a list: whoever gets the batch may want to sort it or add to it."
DROPPED = "Readings were dropped for what they are: 0 degrees is a reading, and any value may be one."
GROWN = "The same list was handed over more than once, and had grown meanwhile: start a new one after the `yield`."
SHORT = "A batch left before it was full: `yield` it when it holds `size` readings."
KEPT = "The same list was handed over more than once, and what you do to it happens in the reader's hands, too."
ENDLESS = "One batch was asked for, and your function read its source to the end: a real one may have no end."
GREEDY = "More was taken from the source than the next batch needs."
EARLY = "Readings were taken although nobody had asked for a batch yet."
WAITED = "Your batch was full at 2 s, and you asked for one more reading before you gave it away."
ENDED = "Your stream ended as if these were all the readings: the reader takes a part for the whole."
SILENT = "Whoever asks for batches of nothing has made a mistake and must hear of it: silence looks like no readings."
LATE = "The size is looked at after the readings: with a source that never ends, nobody would ever hear of it."
NO_LENGTH = "The source is a stream: it has no length and no slices, it only gives one reading after the other."
ERRORS = {
    "StopIteration": "A StopIteration that leaves a generator becomes a RuntimeError. `next` raises it when nothing is "
    "left: catch it, or give `next` a second value to return. To end a generator, `return`.",
    "has no len()": NO_LENGTH,
    "is not subscriptable": NO_LENGTH,
    "ignored GeneratorExit": "At `close()` your generator gave one more batch instead of ending. `close()` raises "
    "GeneratorExit at the `yield`: let it pass, and let no other `yield` follow.",
}


class NoBatch:
    """What comes of a source without a batch."""

    def __repr__(self) -> str:
        return "no batch"


class Anything:
    """A reading that says it is equal to whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    def __repr__(self) -> str:
        return "a reading that is equal to everything"


class Shelf(list[Any]):
    """A list that counts how often somebody began at its start."""

    begun = 0

    def __iter__(self) -> Iterator[Any]:
        self.begun += 1
        return super().__iter__()


@criterion
def test_lists_of_size(ex: Exercise) -> None:
    """Every batch is a list of `size` readings; the last one holds what is left."""
    for values, size, expected in (
        ([1, 2, 3, 4, 5, 6, 7], 3, [[1, 2, 3], [4, 5, 6], [7]]),
        ([1, 2, 3, 4, 5, 6], 3, [[1, 2, 3], [4, 5, 6]]),
        ([1, 2], 3, [[1, 2]]),
        ([1, 2, 3], 1, [[1], [2], [3]]),
        ([], 3, []),
        (["fog", 0, None, "", 0.0, [], "rime"], 2, [["fog", 0], [None, ""], [0.0, []], ["rime"]]),
        ([Anything(), "fog", "rime"], 2, [[Anything(), "fog"], ["rime"]]),
    ):
        readings = Shelf(values)
        did = f"asked for batches of {size} from {values}"
        client = ex.drain(ex.in_batches(readings, size), window=0, did=did)
        batches: list[Any] = []
        for _ in range(len(expected) + 1):  # One at a time: what comes later must not change it.
            client.read()
            ex.advance(1)
            batches += [each.copy() if isinstance(each, list) else each for each in client.values[len(batches) :]]
        expect(client, why=matching(client.error, ERRORS)).no_error()
        why = partial(reason, client, batches, expected, readings)
        expect(batches, "the batches", why=why, did=did).equals(expected)
        expect(client).ended()

    ex.did("asked for batches of 800 from 2,000 readings")
    lengths = ex.lab.call(list, map(len, ex.in_batches(range(MANY), 800)))
    expect(lengths, "how many were in each").equals([800, 800, 400])


def reason(client: Reader, batches: list[Any], expected: list[list[Any]], readings: Shelf) -> str | None:
    if batches == [*expected, []]:
        return EMPTY
    if any(isinstance(batch, tuple) for batch in batches):
        return TUPLES
    if not batches or not expected or not all(isinstance(batch, list) for batch in batches):
        return None
    if batches[0] == expected[0] and batches[:2] == batches[:1] * 2:
        return AGAIN if readings.begun > 1 else None
    if batches[:-1] == expected[:-1]:
        return PADDED if batches[-1][: len(expected[-1])] == expected[-1] else None
    if batches == expected[:-1] and len(expected[-1]) < len(expected[0]):
        return TAIL
    given = [each for batch in batches for each in batch]
    without = [each for each in readings if each], [each for each in readings if each is not None]
    if given != readings and given in without:
        return DROPPED
    if len(batches[0]) < len(expected[0]):
        return SHORT
    return GROWN if len(client.values) > 1 and client.values[0] is client.values[1] else None


@criterion(needs=test_lists_of_size)
def test_takes_no_more_than_it_gives(ex: Exercise) -> None:
    """No reading is taken before its batch is asked for, even from a source that never ends."""
    readings = ex.sync_feed(range(MANY))
    client = ex.drain(ex.in_batches(readings, 10), window=0)
    ex.advance(1)
    expect(readings, why=EARLY, did="called `in_batches`, and asked for no batch").pulled(at_most=0)
    for asked, said in enumerate(("one batch", "two batches", "three batches"), start=1):
        client.read(1)
        ex.advance(1)
        ex.did(f"asked for {said} of 10")
        expect(client, why=matching(client.error, ERRORS)).no_error()
        expect.that(
            readings.pulled <= 10 * asked + 1,  # A single one more is the matter of another criterion.
            expected=f"{10 * asked} readings taken from the source",
            observed=f"{readings.pulled:,} taken",
            why=ENDLESS if asked == 1 and readings.pulled == MANY else GREEDY,
        )
        expect(len(client.items), "how many came").equals(asked)

    client.leave()
    ex.did("asked for 1,500 batches of 3 from 4,500 readings, when another reader had left")
    batches = ex.lab.call(list, ex.in_batches(range(4500), 3))
    expect(len(batches), "how many came").equals(1500)


@criterion(needs=test_lists_of_size)
def test_a_batch_belongs_to_its_reader(ex: Exercise) -> None:
    """A batch that was handed over stays as it was."""
    did = "took three batches, and looked at them when all were there"
    client = ex.drain(ex.in_batches([0, 1, 2, 3, 4], 2), window=4, did=did)
    ex.advance(2)
    expect(client).no_error()
    why = KEPT if len({id(batch) for batch in client.values}) < len(client.values) else None
    expect(client.values, "the batches", why=why).equals([[0, 1], [2, 3], [4]])


@criterion(needs=(test_takes_no_more_than_it_gives, test_a_batch_belongs_to_its_reader))
def test_a_full_batch_leaves_at_once(ex: Exercise) -> None:
    """A full batch leaves at once; it does not wait for the reading after it."""
    readings = ex.sync_feed()
    did = "readings at 1 s, 2 s and 7 s, in batches of 2; the source ends at 9 s"
    client = ex.drain(ex.in_batches(readings, 2), did=did)
    for second, reading in ((1, "a"), (2, "b"), (7, "c")):
        readings.release(reading, at=second)
    readings.end(at=9)
    ex.advance(to=10)
    why = WAITED if [at for at, _ in client.items] == [7, 9] else None
    expect(client, why=why).received(item(["a", "b"], at=2), item(["c"], at=9), end=9)


@criterion(needs=test_a_full_batch_leaves_at_once)
def test_two_readers_do_not_mix(ex: Exercise) -> None:
    """Two readers at once, and one who comes later, each get batches of their own."""
    letters, numbers = ex.sync_feed(called="letter"), ex.sync_feed(called="number")
    did = "two read at the same time, letters in batches of 3 and numbers in batches of 2, one of each per second; "
    first = ex.drain(ex.in_batches(letters, 3), did=did + "this is the reader of the letters")
    second = ex.drain(ex.in_batches(numbers, 2), did=did + "this is the reader of the numbers")
    for at, letter in enumerate("abcde", start=1):
        letters.release(letter, at=at)
        numbers.release(at, at=at)
    letters.end(at=6)
    numbers.end(at=6)
    ex.advance(to=7)
    expect(first).received(item(["a", "b", "c"], at=3), item(["d", "e"], at=6), end=6)
    expect(second).received(item([1, 2], at=2), item([3, 4], at=4), item([5], at=6), end=6)
    late = ex.finish(ex.drain(ex.in_batches("xyz", 2), did="read the letters xyz when two others had been there"))
    expect(late).no_error().received(item(["x", "y"]), item(["z"]))


@criterion(needs=(test_takes_no_more_than_it_gives, test_a_batch_belongs_to_its_reader))
def test_a_source_that_breaks_is_not_at_its_end(ex: Exercise) -> None:
    """When the source breaks, its error reaches the reader."""
    for error in (OSError("no answer from High Tarn"), ValueError("no such reading"), RuntimeError("no power")):
        readings = ex.sync_feed(called="reading")
        did = f"three readings, in batches of 2; then the source raises {type(error).__name__}"
        client = ex.drain(ex.in_batches(readings, 2), did=did)
        readings.release("a", "b", "c")
        readings.fail(error)
        ex.advance(1)
        expect(client).received_first(item(["a", "b"]))
        why = ENDED if client.state == "ended" else None
        expect(client.error or "no error", "what the reader hears", why=why, did=did).contains(str(error))


@criterion(needs=test_takes_no_more_than_it_gives)
def test_a_reader_may_leave(ex: Exercise) -> None:
    """A reader may leave after any batch."""
    client = ex.drain(ex.in_batches(ex.sync_feed(range(MANY)), 10), window=0, did="took two batches, then `close()`")
    client.read(2)
    ex.advance(2)
    client.leave()
    expect(client, why=matching(client.error, ERRORS)).no_error()


@criterion(needs=test_lists_of_size)
def test_a_size_below_one_is_refused(ex: Exercise) -> None:
    """A size below 1 is a ValueError, at the call or at the first batch."""
    for size in (0, -1):
        for values in ([1, 2, 3], []):
            ex.did(f"asked for the first batch of {size} from {values}")
            refused(ex, values, size)
        readings = ex.sync_feed(range(MANY))
        ex.did(f"asked for the first batch of {size} from a source that goes on and on")
        refused(ex, readings, size)
        expect.that(
            readings.pulled < MANY,
            expected="ValueError before the readings are taken",
            observed=f"{readings.pulled:,} readings were taken first",
            why=LATE,
        )


def refused(ex: Exercise, readings: Any, size: int) -> None:
    """The call, or asking for the first batch, raises ValueError."""
    got: list[Any] = []

    def first_batch() -> Any:
        batches = ex.in_batches(readings, size)
        got.append(ex.lab.call(next, iter(batches if batches is not None else ()), NoBatch()))
        return got[0]

    expect(first_batch, "`in_batches`", why=lambda: SILENT if isinstance(got[0], NoBatch) else None).raises(ValueError)
