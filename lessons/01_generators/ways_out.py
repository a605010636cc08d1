"""Three ways out of a generator, and what runs in each."""

from collections.abc import Generator


def picture() -> Generator[str, None, None]:
    print("      (file opened)")
    try:
        yield "first chunk"
        yield "last chunk"
    finally:
        print("      (file closed)")


print("1. read to the end")
for chunk in picture():
    print(chunk)

print("2. the reader has had enough")
stream = picture()
print(next(stream))
stream.close()

print("3. the reader fails")
stream = picture()
print(next(stream))
try:
    stream.throw(OSError("no room on the disk"))
except OSError as error:
    print("the reader gets its error back:", error)
