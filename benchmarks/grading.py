"""
All solutions judged, lab and live, as `course check` judges them: seconds per exercise.

Target: less than 0.3 s per exercise on average. The time is from the question to the last verdict, in one child process
that has imported everything before; the longest criterion of an exercise is named.

Run:   python benchmarks/grading.py [rounds]
"""

import statistics
import sys
from collections import defaultdict
from time import perf_counter

from course.catalog import Catalog, Entry
from course.sandbox import Grader
from course.verdict import Verdict

TARGET = 0.3  # seconds per exercise


def judged(grader: Grader, entries: list[Entry]) -> dict[str, tuple[float, list[Verdict]]]:
    """Per exercise: the seconds it took, and its verdicts."""
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    spent: dict[str, float] = defaultdict(float)
    before = perf_counter()
    for verdict in grader.grade([(entry, entry.solution) for entry in entries]):
        now = perf_counter()
        spent[verdict.exercise] += now - before
        verdicts[verdict.exercise].append(verdict)
        before = now
    return {exercise: (spent[exercise], verdicts[exercise]) for exercise in verdicts}


def main(rounds: int = 3) -> int:
    catalog = Catalog()
    entries = catalog.entries()
    with Grader(catalog) as grader:
        results = [judged(grader, entries) for _ in range(rounds)]
    print(f"{f'seconds, median of {rounds}':<34}{'lab':>8}{'live':>8}{'all':>8}   longest criterion")
    total, lab, live = [], [], []
    for entry in entries:
        runs = [result[entry.id] for result in results]
        total.append(statistics.median(spent for spent, _ in runs))
        lab.append(statistics.median(sum(each.seconds for each in said if not each.live) for _, said in runs))
        live.append(statistics.median(sum(each.seconds for each in said if each.live) for _, said in runs))
        longest = max(runs[0][1], key=lambda verdict: verdict.seconds)
        bad = [each.criterion for _, said in runs for each in said if each.state != "passed"]
        print(
            f"{f'{entry.id} {entry.name}':<34}{lab[-1]:>8.3f}{live[-1]:>8.3f}{total[-1]:>8.3f}   "
            f"{longest.criterion} {longest.seconds:.3f}{'   NOT PASSED: ' + ', '.join(bad) if bad else ''}"
        )
    means = "".join(f"{statistics.fmean(column):>8.3f}" for column in (lab, live, total))
    print(f"{f'{len(entries)} exercises, mean':<34}{means}")
    met = statistics.fmean(total) < TARGET
    print(f"\nTarget {TARGET:g} s per exercise: {'met' if met else 'missed'}. All of them: {sum(total):.1f} s.")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
