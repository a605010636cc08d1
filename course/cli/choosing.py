"""From what was typed to what is judged."""

from pathlib import Path

from course.catalog import Catalog, Entry
from course.cli.output import refuse
from course.progress import Progress
from course.sandbox.grader import Submission


def course_here() -> Catalog:
    """The catalog, once it is sure that there is a course to speak of."""
    catalog = Catalog()
    if not catalog.lessons:
        refuse(f"There is no course in {catalog.root}: no folder lessons/NN_name.")
    return catalog


def exercise(catalog: Catalog, wanted: str | None, progress: Progress) -> Entry:
    """The exercise that was named, or the one where the learner stands."""
    if wanted is not None:
        return catalog.entry(wanted)
    current = progress.current()
    if current is None:
        refuse("This course has no exercises yet.")
    return current


def exercises(catalog: Catalog, wanted: str) -> tuple[list[Entry], bool]:
    """The exercises that one word names, and whether it named a single one. A whole number is a lesson."""
    found = catalog.find(wanted)
    return ([found], True) if isinstance(found, Entry) else (list(found.entries), False)


def submission(catalog: Catalog, entry: Entry, against: str) -> Submission:
    """What is judged for an exercise: the learner's file, the solution, or a file of any name."""
    if against == "exercises":
        return entry, entry.path
    if against == "solutions":
        return entry, entry.solution
    path = Path(against).resolve()
    if not path.exists():
        refuse(f"There is no file {against}.\n--against takes `exercises`, `solutions`, or a file.")
    return entry, path
