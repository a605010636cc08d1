"""`course` alone: the exercise where the learner stands, judged at every save."""

import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from course.catalog import Catalog, Entry
from course.cli import output
from course.cli.choosing import course_here
from course.cli.keys import Keys, terminal
from course.cli.screen import Screen
from course.criteria import GradingBroken
from course.progress import Progress
from course.reports import judged, not_started
from course.sandbox.grader import Grader
from course.saves import Saves
from course.supervision import Supervised
from course.verdict import Report

GLANCE = 0.03  # seconds between two looks at keys and files


def watch() -> None:
    """Runs until q or Ctrl+C. Without a terminal it says what to type instead."""
    catalog = course_here()
    if not output.interactive():
        current = Progress(catalog, output.complain).current()
        output.refuse(
            "`course` alone watches your files and needs a terminal for its keys.\n"
            f"Try: course check {current.id if current else '--all'}"
        )
    notices: list[str] = []
    progress = Progress(catalog, notices.append)
    entry = progress.current()
    if entry is None:
        output.refuse("This course has no exercises yet.")
    logging.getLogger("course").addHandler(logging.NullHandler())  # The screen says it, in a sentence.
    with Grader(catalog) as grader, terminal() as keys:
        Watch(catalog, progress, grader, keys, entry, notices).run()


class Watch:
    """The loop: keys and saved files in, a drawn screen out. Judging happens in a thread and never blocks a key."""

    def __init__(
        self, catalog: Catalog, progress: Progress, grader: Grader, keys: Keys, entry: Entry, notices: list[str]
    ) -> None:
        self.catalog, self.progress, self.grader, self.keys = catalog, progress, grader, keys
        self.entry = entry
        self.screen = Screen(catalog, notices)
        self._saved: queue.SimpleQueue[set[Path]] = queue.SimpleQueue()
        self._troubles: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[int, Report | str]] = queue.SimpleQueue()
        self._job = 0
        self._stop = threading.Event()

    def run(self) -> None:
        self._saves = Saves(entry.path for entry in self.catalog.entries())
        Supervised("watching your files", self._watch, self._troubles.put, self._stop).start()
        try:
            self.go(self.entry)
            while self._key() and self._changes() and self._verdicts() and self._told():
                pass
        except (KeyboardInterrupt, EOFError):
            pass
        finally:
            self._stop.set()
            self._job += 1
            self.grader.cancel()
            print()

    def go(self, entry: Entry) -> None:
        """Turn to an exercise: judged if there is something to judge, else its brief."""
        self.entry = entry
        if not_started(entry, entry.path):
            self._job += 1
            self.grader.cancel()
            self.screen.brief(entry)
        else:
            self.judge()

    def judge(self) -> None:
        self._job += 1
        self.grader.cancel()  # a verdict on what has been overwritten helps nobody
        self.screen.checking(self.entry)
        try:
            reports = judged(self.grader, [(self.entry, self.entry.path)])  # begun here, so that `cancel` knows of it
        except OSError as error:
            self._failed(self._job, error)
            return
        threading.Thread(
            target=self._judge, args=(self._job, reports), name=f"course: judge {self.entry.id}", daemon=True
        ).start()

    def _judge(self, job: int, reports: Iterator[Report]) -> None:
        try:
            for report in reports:
                self._results.put((job, report))
        except GradingBroken as broken:
            self._results.put((job, f"The course itself failed while it judged.\n\n{broken}\nTry: course doctor"))
        except BaseException as error:  # A thread has nobody to raise to.
            self._failed(job, error)

    def _failed(self, job: int, error: BaseException) -> None:
        """The screen must not say "checking" for ever."""
        self._results.put((job, f"judging stopped: {type(error).__name__}: {error}\nEnter tries again."))

    def _watch(self, well: Callable[[], None]) -> None:
        for paths in self._saves.follow(self._stop):
            if paths:
                self._saved.put(paths)
            well()

    def _told(self) -> bool:
        while not self._troubles.empty():
            if (trouble := self._troubles.get()) is not None:
                self.screen.text(trouble)
        return True

    def _changes(self) -> bool:
        """Judge the exercise that was saved; it becomes the current one."""
        while not self._saved.empty():
            paths = self._saved.get()
            touched = [entry for entry in self.catalog.entries() if entry.path in paths]
            if touched:
                self.entry = self.entry if self.entry in touched else touched[0]
                self.judge()
        return True

    def _verdicts(self) -> bool:
        while not self._results.empty():
            job, result = self._results.get()
            if job != self._job:
                continue
            if isinstance(result, Report):
                self.progress.note(self.entry, result)
                self.screen.verdict(self.entry, result)
            else:
                self.screen.text(result)
        return True

    def _key(self) -> bool:
        """Act on a key. False: quit."""
        match self.keys.read(GLANCE):
            case "q":
                return False
            case "n":
                entries = self.catalog.entries()
                self.go(entries[(entries.index(self.entry) + 1) % len(entries)])
            case "h":
                self._hint()
            case "l":
                self.screen.list(self.catalog.lesson(self.entry.lesson), self.progress)
            case "r":
                self._reset()
            case "t":
                self._run("trace", self.entry.id, "--for", "10")
            case "\n" | "\r" | " ":
                self.go(self.entry)
        return True

    def _hint(self) -> None:
        if not self.entry.hints:
            self.screen.text(f"{self.entry.id} has no hints.")
            return
        index = self.progress.next_hint(self.entry)
        self.progress.hint_shown(self.entry, index)
        self.screen.text(f"hint {index + 1} of {len(self.entry.hints)}\n\n{output.wrapped(self.entry.hints[index])}")

    def _reset(self) -> None:
        self.screen.text(
            f"Put {self.entry.id} back as it was shipped? Yours is kept in .course/backups.   y yes   n no"
        )
        while (answer := self.keys.read(60)) is None:
            pass
        if answer == "y":
            self._run("reset", self.entry.id)
        else:
            self.go(self.entry)

    def _run(self, *words: str) -> None:
        """Run a subcommand on this terminal, in its usual mode."""
        print()
        self.keys.__exit__(None, None, None)
        try:
            subprocess.run([sys.executable, "-m", "course", *words], check=False)
        except KeyboardInterrupt:
            pass  # Ctrl+C went to the subcommand; it ends that, not the watch
        finally:
            self.keys.__enter__()
        self.screen.keys()
