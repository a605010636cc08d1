"""A generator runs when it is asked, as far as its next `yield`."""

from collections.abc import Iterator


def readings() -> Iterator[str]:
    print("      (measuring the first)")
    yield "10.8 C"
    print("      (measuring the second)")
    yield "9.8 C"
    print("      (nothing left)")


stream = readings()
print("called: nothing has happened yet")
print("next:", next(stream))
print("next:", next(stream))
print("next:", next(stream, "the end"))
