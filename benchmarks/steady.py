"""
All graders against the solutions, again and again, while every core is kept busy: how often does one fail?

A grader that depends on real time fails here sooner or later. Expected: never, in 200 runs.

Run:   python benchmarks/steady.py [runs] [exercise …]      (3 runs if nothing is said)
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from course.catalog import Catalog
from course.sandbox import Grader

# Ends by itself when this process is gone: its standard input closes.
SPINNER = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
while True: pass
"""


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """As many processes that do nothing but compute."""
    spinners = [subprocess.Popen([sys.executable, "-c", SPINNER], stdin=subprocess.PIPE) for _ in range(processes)]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.communicate()


def main(runs: int, ids: list[str]) -> int:
    catalog = Catalog()
    entries = [catalog.entry(each) for each in ids] or catalog.entries()
    cores = os.cpu_count() or 1
    failures: Counter[str] = Counter()
    judged, began = 0, perf_counter()
    with busy(cores), Grader(catalog) as grader:
        for run in range(1, runs + 1):
            for verdict in grader.grade([(entry, entry.solution) for entry in entries]):
                judged += 1
                if verdict.state != "passed":
                    failures[f"{verdict.exercise} {verdict.criterion}"] += 1
                    observed = verdict.failure.observed if verdict.failure else verdict.state
                    print(f"run {run}: {verdict.exercise} {verdict.criterion}: {observed}", flush=True)
            if run % 10 == 0 or run == runs:
                each = (perf_counter() - began) / run
                print(f"{run} runs, {judged} verdicts, {failures.total()} failures, {each:.1f} s each", flush=True)
    print(f"\n{len(entries)} exercises, {runs} runs with {cores} cores kept busy: {failures.total()} failures")
    for name, times in failures.most_common():
        print(f"  {times:>4}  {name}")
    return 1 if failures else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    count = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 3
    raise SystemExit(main(count, arguments))
