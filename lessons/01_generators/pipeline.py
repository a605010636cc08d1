"""Two generators in a row: the second one asks the first, line by line."""

from collections.abc import Iterable, Iterator


def names(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        print(f"      (read {line!r})")
        yield line.strip()


def on_the_coast(stations: Iterable[str]) -> Iterator[str]:
    for station in stations:
        if station.endswith("Bay"):
            yield station


file = ["High Tarn\n", "Gull Bay\n", "North Fell\n", "Seal Bay\n"]
coast = on_the_coast(names(file))
print("next:", next(coast))
print("next:", next(coast))
