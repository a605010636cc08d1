"""`course list`: lessons and exercises with their state, read from the tree and the progress file alone."""

from course.catalog import Catalog, Entry, Lesson
from course.cli.output import color, complain, refuse, width, wrapped
from course.progress import Progress, Standing

MARKS: dict[Standing, str] = {"passed": "✓ passed", "not yet": "… not yet", "not started": "· not started"}
STYLES: dict[Standing, str] = {"passed": "\x1b[32m", "not yet": "\x1b[33m", "not started": "\x1b[2m"}


def show(wanted: str | None) -> None:
    catalog = Catalog()
    if not catalog.lessons:
        refuse(f"There is no course in {catalog.root}: no folder lessons/NN_name.")
    progress = Progress(catalog, complain)
    if wanted is not None:
        found = catalog.find(wanted)
        lesson = catalog.lesson(found.lesson) if isinstance(found, Entry) else found
        print("\n".join(lines(lesson, progress)))
        return
    for lesson in catalog.lessons:
        passed = sum(progress.standing(entry) == "passed" for entry in lesson.entries)
        count = f"{passed} of {len(lesson.entries)} passed" if lesson.entries else "no exercises"
        minutes = f"{lesson.minutes} min" if lesson.minutes else ""
        title = lesson.title if len(lesson.title) <= (room := width() - 30) else lesson.title[: room - 1] + "…"
        print(f"{lesson.number}  {title:<{min(room, 44)}}  {minutes:>7}  {count}".rstrip())
    if (current := progress.current()) is not None:
        print(f"\nYou are at {current.id} {current.name}: course check {current.id}, course list {current.id[:2]}")


def lines(lesson: Lesson, progress: Progress) -> list[str]:
    """A lesson and its exercises, a line each."""
    head = [f"{lesson.number} · {lesson.title}", *([wrapped(lesson.summary)] if lesson.summary else []), ""]
    return head + ([_line(entry, progress) for entry in lesson.entries] or ["This lesson has no exercises."])


def _line(entry: Entry, progress: Progress) -> str:
    standing = progress.standing(entry)
    mark = f"{MARKS[standing]:<14}"
    counts = progress.counts(entry)
    if standing == "not yet" and counts is not None:
        mark = f"{f'… {counts[0]} of {counts[1]}':<14}"
    if not entry.path.exists():
        mark = f"{'! no file':<14}"
    if color():
        mark = f"{STYLES[standing]}{mark}\x1b[0m"
    return f"{entry.id}  {mark}  {entry.name:<20}  {entry.level:<8}  {entry.minutes:>3} min  {entry.title}"
