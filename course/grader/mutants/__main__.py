"""`python -m course.grader.mutants [NN|NN.k]…`: make faults, judge them, show those that no criterion sees."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from time import perf_counter

from course.catalog import Catalog, Entry, Lesson, UnknownId
from course.criteria import GradingBroken
from course.grader.mutants.equivalent import BadlyListed, path_of
from course.grader.mutants.survivors import Survey, survey
from course.sandbox import Grader


def parser() -> ArgumentParser:
    made = ArgumentParser("python -m course.grader.mutants", description="A mutation test of the graders.")
    made.add_argument("wanted", nargs="*", metavar="NN|NN.k", help="lessons or exercises (default: all)")
    made.add_argument("--approaches", action="store_true", help="faults in the other right answers too")
    made.add_argument("--all", action="store_true", help="faults outside the learner's part too")
    return made


def chosen(catalog: Catalog, wanted: Sequence[str]) -> list[Entry]:
    """The exercises that the words name, each once. Raises UnknownId."""
    found = [catalog.find(word) for word in wanted] or list(catalog.lessons)
    entries = [entry for each in found for entry in (each.entries if isinstance(each, Lesson) else (each,))]
    return list({entry.id: entry for entry in entries}.values())


def show(catalog: Catalog, entry: Entry, found: Survey) -> None:
    print(
        f"{entry.id} {entry.name}: {found.made} made · {found.killed} killed · {found.equivalent} equivalent · "
        f"{len(found.survivors)} survived",
        flush=True,
    )
    for name in found.refused:
        print(f"✗ {name} does not pass as it is; its faults prove nothing\n")
    for mutant in found.survivors:
        print(f"✗ {mutant}\n")
    for each in found.stale:
        print(f"✗ {catalog.shown(path_of(entry))}: no survivor any more, {each.answer}\n{each.diff}\n")


def faulty(found: Survey) -> int:
    return sum(len(each) for each in (found.refused, found.survivors, found.stale))


def run(catalog: Catalog, options: Namespace) -> int:
    began, surveys = perf_counter(), []
    with Grader(catalog) as grader:
        for entry in chosen(catalog, options.wanted):
            found = survey(grader, entry, approaches=options.approaches, everything=options.all)
            show(catalog, entry, found)
            surveys.append(found)
    print(
        f"{len(surveys)} exercises · {sum(each.made for each in surveys)} made · "
        f"{sum(each.killed for each in surveys)} killed · {sum(each.equivalent for each in surveys)} equivalent · "
        f"{sum(len(each.survivors) for each in surveys)} survived · {perf_counter() - began:.0f} s"
    )
    return 1 if any(map(faulty, surveys)) else 0


def main(words: Sequence[str] | None = None) -> int:
    """0 when every fault is seen or listed as equivalent, 1 when not, 2 when it could not be found out."""
    options = parser().parse_args(words)
    try:
        return run(Catalog(), options)
    except (UnknownId, BadlyListed, GradingBroken) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
