"""01.2: lists of `size`, as soon as they are full, from a source that may never end."""

import itertools

from course.grader import Exercise, criterion, expect, item

SHIPPED_STUB_FAILS = "test_takes_no_more_than_it_gives"

MANY = 2000  # Readings: enough to see who takes them all, and few enough to wait for.

TAIL = "The readings that are left when the loop is over were dropped: a short last batch is still a batch."
AGAIN = "A list can be read again from its start, and yours is, for every batch: take one iterator and stay with it."
EMPTY = "There is nothing left to give, and an empty batch was given all the same."
PADDED = "The last batch was filled up with something that nobody measured."
TUPLES = "A tuple is not a list: whoever gets the batch may want to sort it or add to it."
GROWN = "A batch goes on growing after it was given away: start a new list after the `yield`."
SHORT = "A batch left before it was full: `yield` it when it holds `size` readings, not at each one."
SHARED = "The reader holds the very list that you go on working with: a batch that was given away must be a new one."
ENDLESS = "Your function reads its source to the end before it gives anything away, and a real one may have no end."
GREEDY = "More was taken from the source than the next batch needs."
EARLY = "Readings were taken although nobody had asked for a batch yet."
SILENT = "Whoever asks for batches of nothing has made a mistake and must hear of it: silence looks like no readings."
LATE = "The size is looked at after the readings: with a source that never ends, nobody would ever hear of it."
NO_LENGTH = "The source is a stream: it has no length and no slices, it only gives one reading after the other."
RAN_OUT = (
    "`next()` had no more readings, and a StopIteration that leaves a generator becomes a RuntimeError: catch it, or "
    "give `next` a second value to return."
)


class NoBatch:
    """What comes of a source without a batch."""

    def __repr__(self) -> str:
        return "no batch"


def reason(batches: list[object], expected: list[list[int]], size: int) -> str | None:
    lists = [batch for batch in batches if isinstance(batch, list)]
    if batches and isinstance(batches[0], tuple):
        return TUPLES
    if len(batches) > 1 and batches[0] == batches[1]:
        return AGAIN
    if batches == [*expected, []]:
        return EMPTY
    if batches == expected[:-1]:
        return TAIL
    if len(batches) == len(expected) and batches[:-1] == expected[:-1]:
        return PADDED
    if any(len(batch) > size for batch in lists):
        return GROWN
    return SHORT if lists[:1] and len(lists[0]) < len(expected[0]) else None


@criterion
def test_lists_of_size(ex: Exercise) -> None:
    """Every batch is a list of `size` readings; the last one holds what is left."""
    for count, size, expected in (
        (7, 3, [[0, 1, 2], [3, 4, 5], [6]]),
        (6, 3, [[0, 1, 2], [3, 4, 5]]),
        (2, 3, [[0, 1]]),
        (3, 1, [[0], [1], [2]]),
        (0, 3, []),
    ):
        client = ex.drain(ex.in_batches(list(range(count)), size), window=1)
        batches = []
        while len(client.items) > len(batches) <= len(expected):  # One at a time: what comes later must not change it.
            latest = client.values[-1]
            batches.append(latest.copy() if isinstance(latest, list) else latest)
            client.read()
        did = f"asked for batches of {size} from a list of {count} readings"
        expect(client, why=RAN_OUT if "StopIteration" in (client.error or "") else None, did=did).no_error()
        expect(batches, "the batches", why=reason(batches, expected, size), did=did).equals(expected)
        expect(client, did=did).ended()


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
        did = f"asked for {said} of 10"
        expect(client, why=NO_LENGTH if client.raised is TypeError else None, did=did).no_error()
        expect.that(
            readings.pulled <= 10 * asked + 1,  # A single one more is the matter of another criterion.
            expected=f"{10 * asked} readings taken from the source",
            observed=f"{readings.pulled:,} taken",
            why=ENDLESS if readings.pulled == MANY else GREEDY,
            did=did,
        )
        expect(len(client.items), "how many came", did=did).equals(asked)

    client = ex.drain(ex.in_batches(ex.sync_feed(itertools.count()), 3), window=2)
    did = "asked for two batches of a source that never ends"
    expect(client, did=did).no_error()
    expect(len(client.items), "how many came", did=did).equals(2)


@criterion(needs=test_lists_of_size)
def test_a_batch_belongs_to_its_reader(ex: Exercise) -> None:
    """A batch that was handed over stays as it was."""
    client = ex.drain(ex.in_batches(list(range(5)), 2), window=4)
    did = "took three batches, and looked at them when all were there"
    expect(client, did=did).no_error()
    expect(client.values, "the batches", why=SHARED, did=did).equals([[0, 1], [2, 3], [4]])


@criterion(needs=(test_takes_no_more_than_it_gives, test_a_batch_belongs_to_its_reader))
def test_a_full_batch_leaves_at_once(ex: Exercise) -> None:
    """A full batch leaves at once; it does not wait for the reading after it."""
    readings = ex.sync_feed()
    client = ex.drain(ex.in_batches(readings, 2))
    for second, reading in ((1, "a"), (2, "b"), (7, "c")):
        readings.release(reading, at=second)
    readings.end(at=9)
    ex.advance(to=10)
    waited = [at for at, _ in client.items] == [7, 9]
    expect(
        client,
        why="Your batch was full at 2 s, and you asked for one more reading before you gave it away."
        if waited
        else None,
        did="readings at 1 s, 2 s and 7 s, in batches of 2; the source ends at 9 s",
    ).received(item(["a", "b"], at=2), item(["c"], at=9), end=9)


@criterion(needs=test_lists_of_size)
def test_a_size_below_one_is_refused(ex: Exercise) -> None:
    """A size below 1 is a ValueError, at the call or at the first batch."""
    for size in (0, -1):
        did = f"asked for the first batch of {size}"
        expect(lambda size=size: first_batch(ex, [1, 2, 3], size), "`in_batches`", why=SILENT, did=did).raises(
            ValueError
        )

        readings = ex.sync_feed(range(MANY))
        did += " from a source that goes on and on"
        expect(
            lambda size=size, readings=readings: first_batch(ex, readings, size), "`in_batches`", why=SILENT, did=did
        ).raises(ValueError)
        expect.that(
            readings.pulled < MANY,
            expected="ValueError before the readings are taken",
            observed=f"{readings.pulled:,} readings were taken first",
            why=LATE,
            did=did,
        )


def first_batch(ex: Exercise, readings: object, size: int) -> object:
    """The first batch; raises what the call, or asking for it, raises."""
    batches = ex.in_batches(readings, size)
    return ex.lab.call(next, iter(batches if batches is not None else ()), NoBatch())
